using PgPubSub.Cli.Output;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Publishing;

/// <summary>
/// Publishes lines in their order: what has been read while a batch was on its way is the next. It ends at the first line that is wrong or that the server refuses;
/// everything before it is published by then, and nothing after it.
/// </summary>
internal sealed class LinePublisher(TopicPublisher publisher, LineReader lines, Action<LinePublisher> progress)
{
    private const int MostEvents = 500;
    private const long MostBytes = 8 * 1024 * 1024;

    public long Published { get; private set; }

    /// <summary>Bytes of the input that are published.</summary>
    public long Position { get; private set; }

    public long? First { get; private set; }

    public long? Last { get; private set; }

    /// <summary>Whether it ended with a batch of which nobody knows whether it was written.</summary>
    public bool IsDoubtful { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        var batch = new List<NumberedEvent>();
        while (await lines.WaitAsync(stop))
        {
            var wrong = Gather(batch);
            if (batch.Count > 0)
                await PublishAsync(batch, stop);
            if (wrong is not null)
                throw Wrong(wrong.Line, wrong.Problem!);
            stop.ThrowIfCancellationRequested();
        }
    }

    private NumberedEvent? Gather(List<NumberedEvent> batch)
    {
        batch.Clear();
        var bytes = 0L;
        while (batch.Count < MostEvents && bytes < MostBytes && lines.TryTake(out var line))
        {
            if (line.Event is not { } one)
                return line;
            batch.Add(line);
            bytes += one.Size;
        }

        return null;
    }

    private async Task PublishAsync(IReadOnlyList<NumberedEvent> batch, CancellationToken stop)
    {
        try
        {
            Took(await publisher.AppendAsync([.. batch.Select(line => line.Event!)], stop), batch);
        }
        catch (StoreException e) when (e.Kind is FaultKind.Unknown)
        {
            IsDoubtful = true;
            throw;
        }
        catch (StoreException e) when (e.Kind is FaultKind.Refused)
        {
            if (batch.Count == 1)
                throw Wrong(batch[0].Line, e.Message);
            foreach (var line in batch) // the first that is refused is to be named, and those before it are to be published
                await PublishAsync([line], stop);
        }
    }

    private void Took(long first, IReadOnlyList<NumberedEvent> batch)
    {
        First ??= first;
        (Last, Position) = (first + batch.Count - 1, batch[^1].Position);
        Published += batch.Count;
        progress(this);
    }

    private CommandException Wrong(long line, string problem) =>
        new(ExitCode.Found, $"Line {line}: {problem} {(Published == 0 ? "Nothing was" : $"{Published} {(Published == 1 ? "event before it was" : "events before it were")}")} published.");
}
