using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace PgPubSub.Proxies;

/// <summary>
/// A proxy between a store and its server. It can hold what a client sends, cut the client off and hand the held request on later,
/// stop passing on what the server sends, let all travel slowly, leave sessions half open, and cut them in the middle of a request or an answer.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly List<ProxiedSession> _sessions = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly NpgsqlConnectionStringBuilder _server;
    private volatile bool _silent;
    private int _cutRequests;
    private int _cutReplies;

    /// <summary>Starts one.</summary>
    /// <param name="server">The server's connection string.</param>
    /// <param name="port">Where it listens; 0: wherever there is room.</param>
    public TcpProxy(string server, int port = 0)
    {
        _server = new NpgsqlConnectionStringBuilder(server);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The server's connection string by way of the proxy.</summary>
    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Host = "127.0.0.1", Port = Port, SslMode = SslMode.Disable }.ConnectionString;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Rewrites what the server sends, for example the process id that it tells.</summary>
    public Action<Memory<byte>>? OnReply { get; set; }

    /// <summary>How long everything is on its way, in each direction; requests of one session don't overtake each other.</summary>
    public TimeSpan Travel { get; set; }

    /// <summary>How many sessions were cut in the middle of a request.</summary>
    public int CutRequests => Volatile.Read(ref _cutRequests);

    /// <summary>How many sessions were cut in place of an answer.</summary>
    public int CutReplies => Volatile.Read(ref _cutReplies);

    /// <summary>The sessions so far, oldest first.</summary>
    public IReadOnlyList<ProxiedSession> Sessions
    {
        get
        {
            lock (_sessions)
                return [.. _sessions];
        }
    }

    /// <summary>From now on no request reaches the server; ends when one is held whole.</summary>
    public async Task<ProxiedSession> HoldAsync() => await await Task.WhenAny(Sessions.Select(session => session.HoldAsync()));

    /// <summary>Nothing that the server says is passed on any more, neither to sessions that are there nor to new ones.</summary>
    public void FallSilent()
    {
        _silent = true;
        foreach (var session in Sessions)
            session.StopReplies();
    }

    /// <summary>New sessions are served again; those that were there are not.</summary>
    public void ServeNewSessions() => _silent = false;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        foreach (var session in Sessions)
            session.Dispose();
    }

    internal void NoteCut(Cut cut) => Interlocked.Increment(ref cut == Cut.Request ? ref _cutRequests : ref _cutReplies);

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_closing.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            // Small buffers, so that a reader that stops is felt by the server at once.
            var server = new TcpClient { ReceiveBufferSize = 4_096, NoDelay = true };
            await server.ConnectAsync(_server.Host!, _server.Port);
            var session = new ProxiedSession(client, server, this);
            if (_silent)
                session.StopReplies();
            lock (_sessions)
                _sessions.Add(session);
        }
    }
}
