using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace PgPubSub.Cli.Tests.Runs;

/// <summary>A run of the program that goes on until something ends it.</summary>
internal sealed class RunningCli : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

    public RunningCli(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        _process = Process.Start(CliRun.Describe(environment, arguments))!;
        _ = PassOnAsync(_process.StandardOutput, _lines.Writer);
        _ = PassOnAsync(_process.StandardError, _said.Writer);
    }

    /// <summary>The next line that it prints.</summary>
    public Task<string> LineAsync() => NextAsync(_lines.Reader);

    /// <summary>The next lines, each a document.</summary>
    public async Task<IReadOnlyList<JsonElement>> DocumentsAsync(int count)
    {
        var documents = new List<JsonElement>();
        while (documents.Count < count)
            documents.Add(JsonElement.Parse(await LineAsync()));
        return documents;
    }

    /// <summary>The next line that it says on standard error.</summary>
    public Task<string> SaidAsync() => NextAsync(_said.Reader);

    /// <summary>All that it says on standard error from now on, once it has ended.</summary>
    public async Task<string> RestAsync() => string.Join('\n', await _said.Reader.ReadAllAsync().ToListAsync());

    /// <summary>Nobody reads what it prints any more.</summary>
    public void CloseOutput() => _process.StandardOutput.Close();

    /// <summary>Sends a signal, for example <c>INT</c>.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> EndAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static async Task<string> NextAsync(ChannelReader<string> lines)
    {
        using var late = new CancellationTokenSource(Patience);
        return await lines.ReadAsync(late.Token);
    }

    private static async Task PassOnAsync(StreamReader from, ChannelWriter<string> to)
    {
        try
        {
            while (await from.ReadLineAsync() is { } line)
                to.TryWrite(line);
            to.Complete();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            to.Complete(e); // the spec has closed it
        }
    }
}
