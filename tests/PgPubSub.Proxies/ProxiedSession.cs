using System.Net.Sockets;

namespace PgPubSub.Proxies;

/// <summary>One client's connection through a <see cref="TcpProxy"/>.</summary>
public sealed class ProxiedSession : IDisposable
{
    // How a request of the extended protocol ends, and how its answer does (PostgreSQL documentation, message formats: Sync, ReadyForQuery).
    private static readonly byte[] Sync = [(byte)'S', 0, 0, 0, 4];
    private static readonly byte[] Ready = [(byte)'Z', 0, 0, 0, 5];

    private readonly Lock _lock = new();
    private readonly TcpClient _client;
    private readonly TcpClient _server;
    private readonly TcpProxy _proxy;
    private readonly MemoryStream _held = new();
    private TaskCompletionSource<ProxiedSession>? _holding;
    private TaskCompletionSource? _answering;
    private TaskCompletionSource _replies = Passed();
    private volatile bool _halfOpen;
    private volatile Cut _cut;

    public ProxiedSession(TcpClient client, TcpClient server, TcpProxy proxy)
    {
        (_client, _server, _proxy) = (client, server, proxy);
        client.NoDelay = true;
        _ = PumpRequestsAsync();
        _ = PumpRepliesAsync();
    }

    /// <summary>Whether the client is gone.</summary>
    public bool Ended { get; private set; }

    /// <summary>Keeps requests from the server; ends when one is here whole.</summary>
    public Task<ProxiedSession> HoldAsync()
    {
        lock (_lock)
            return (_holding ??= new TaskCompletionSource<ProxiedSession>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Closes the client's side; what is held stays.</summary>
    public void CutClient() => _client.Client.Close(0);

    /// <summary>Hands on what is held and ends when the server has answered it.</summary>
    public async Task HandOnAsync()
    {
        byte[] held;
        Task answered;
        lock (_lock)
        {
            (held, _holding) = (_held.ToArray(), null);
            _held.SetLength(0);
            _answering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            answered = _answering.Task;
        }

        await _server.GetStream().WriteAsync(held);
        await answered.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Stops reading what the server sends.</summary>
    public void StopReplies() => _replies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads it again.</summary>
    public void PassReplies() => _replies.TrySetResult();

    /// <summary>From now on neither side hears anything of the other, not even that it is gone.</summary>
    public void HalfOpen() => _halfOpen = true;

    /// <summary>Ends the session for both sides by a reset.</summary>
    public void CutBoth()
    {
        PassReplies();
        _client.Client?.Close(0);
        _server.Client?.Close(0);
    }

    /// <summary>Ends it so at its next request, of which half goes through, or in place of the server's next answer.</summary>
    public void CutAt(Cut cut) => _cut = cut;

    public void Dispose()
    {
        PassReplies();
        _client.Dispose();
        _server.Dispose();
    }

    private static TaskCompletionSource Passed()
    {
        var passed = new TaskCompletionSource();
        passed.SetResult();
        return passed;
    }

    private async Task PumpRequestsAsync()
    {
        var buffer = new byte[65_536];
        try
        {
            for (int read; (read = await _client.GetStream().ReadAsync(buffer)) > 0;)
            {
                if (_halfOpen || Held(buffer.AsSpan(0, read)))
                    continue;
                if (_proxy.Travel > TimeSpan.Zero)
                    await Task.Delay(_proxy.Travel);
                await _server.GetStream().WriteAsync(buffer.AsMemory(0, _cut == Cut.Request ? read / 2 : read));
                if (_cut == Cut.Request)
                    CutOnWay();
            }

            if (_holding is null && !_halfOpen)
                _server.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone; the server's side stays open for what is held.
        }

        Ended = true;
    }

    private void CutOnWay()
    {
        CutBoth();
        _proxy.NoteCut(_cut);
        _cut = Cut.None;
    }

    private bool Held(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_holding is null)
                return false;
            _held.Write(bytes);
            if (_held.ToArray().AsSpan().EndsWith(Sync))
                _holding.TrySetResult(this);
            return true;
        }
    }

    private async Task PumpRepliesAsync()
    {
        var buffer = new byte[4_096];
        try
        {
            while (true)
            {
                var read = await _server.GetStream().ReadAsync(buffer);
                if (read == 0)
                    return;
                await _replies.Task;
                if (_halfOpen)
                    continue;
                if (_cut == Cut.Reply)
                {
                    CutOnWay();
                    return;
                }

                if (_proxy.Travel > TimeSpan.Zero)
                    await Task.Delay(_proxy.Travel);
                var answer = buffer.AsMemory(0, read);
                _proxy.OnReply?.Invoke(answer);
                if (answer.Length >= 6 && answer.Span[^6..^1].SequenceEqual(Ready))
                    _answering?.TrySetResult();
                if (_client.Client is { Connected: true })
                    await _client.GetStream().WriteAsync(answer);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two sides is gone.
        }
    }
}
