using System.Diagnostics;
using System.Text.Json;
using PgPubSub.Samples.Shared.Input;
using PgPubSub.Samples.Shared.Programs;
using PgPubSub.Samples.Shared.Servers;

namespace CommandLineFeed;

/// <summary>CommitFeed's job with processes of the command line alone: a publisher, two members of a group of which one is killed, a reader from the start and a late one.</summary>
internal sealed class Feed
{
    private const string Topic = "commits", Group = "indexers";
    private const double Early = 0.8; // of the events; the rest waits for the late reader

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100), Acquainted = TimeSpan.FromSeconds(6), EarlyOver = TimeSpan.FromSeconds(9), MostSilence = TimeSpan.FromSeconds(20);

    private readonly Story _story = new();
    private readonly Cli _cli;
    private readonly (Guid Id, string Line)[] _events;
    private readonly List<Reader> _readers = [];

    private Feed(Cli cli, (Guid Id, string Line)[] events) => (_cli, _events) = (cli, events);

    public static async Task<int> RunAsync(Options options, CancellationToken stop)
    {
        var history = await CommitHistory.ReadAsync(Environment.CurrentDirectory, options.Events, stop);
        var story = new Story();
        story.Say("there is no actor system here: the job is done with pgpubsub, the command line, alone");
        story.Say($"input: {history.Description}, {options.Events} events");
        await using var server = await SampleServer.FindAsync(story.Say, stop);
        var feed = new Feed(new Cli(server.ConnectionString, server.NewSchema("feed")), [.. Enumerable.Range(0, options.Events).Select(i => Event(history.Commits[i % history.Commits.Count]))]);
        try
        {
            return await feed.PlayAsync(stop);
        }
        catch (CliException e)
        {
            story.Say("FAILED: " + e.Message);
            return ExitCodes.CheckFailed;
        }
        finally
        {
            foreach (var reader in feed._readers)
                await reader.DisposeAsync();
        }
    }

    private static (Guid Id, string Line) Event(Commit commit)
    {
        var id = Guid.CreateVersion7();
        var line = JsonSerializer.Serialize(new { event_id = id, type = Commit.EventType, key = Commit.KeyOf(commit.Author), data = commit }, JsonSerializerOptions.Web);
        return (id, line);
    }

    private async Task<int> PlayAsync(CancellationToken stop)
    {
        await _cli.DoAsync(["migrate"], stop);
        await _cli.DoAsync(["publish", Topic, "--create"], stop);
        var fanOut = Start("fan-out", "tail", Topic, "--from", "earliest");
        Reader[] workers = [Start("worker-1", "consume", Topic, Group, "--create", "--batch", "16"), Start("worker-2", "consume", Topic, Group, "--create", "--batch", "16")];
        await UntilAsync("both workers are nodes", async () => (await NodesAsync(stop)).Count == workers.Length, stop);
        _story.Say("two workers of one group and a reader are up");

        using var publisher = _cli.Start("publish", Topic, "--envelope", "--json");
        var early = (int)(_events.Length * Early);
        var publishing = PublishEvenlyAsync(publisher, early, stop);
        await Task.Delay(Acquainted / 2, stop); // nodes judge each other only after having looked for 5 s
        var victim = workers.MaxBy(worker => worker.Printed.Count)!;
        victim.Clog();
        await Task.Delay(Acquainted / 2, stop);
        var looks = 0;
        await UntilAsync($"{victim.Name} stands with events in its hands", async () => (looks = await HoldsAsync(victim, stop) ? looks + 1 : 0) == 3, stop);
        var killedAt = await victim.KillAsync();
        _story.Say($"SIGKILL to {victim.Name}, which holds events that it has not acked");

        await publishing;
        var (lateFrom, survivor) = (early / 2, workers.Single(worker => worker != victim));
        var late = Start("late", "tail", Topic, "--from", $"{lateFrom}");
        await UntilAsync("the late reader replays", () => Task.FromResult(late.Printed.Count > 0), stop);
        _story.Say($"a late reader replays from offset {lateFrom} and goes live");
        await PublishRestAsync(publisher, early, stop);
        await UntilAsync("everything has arrived", () => Task.FromResult(
            fanOut.Printed.Count >= _events.Length && late.Printed.Count >= _events.Length - lateFrom
            && workers.SelectMany(worker => worker.Printed).DistinctBy(one => one.Id).Count() >= _events.Length), stop);

        var again = survivor.Printed.FirstOrDefault(one => one.Attempt > 1 && one.At > killedAt);
        double? takeover = again is null ? null : Math.Round(Stopwatch.GetElapsedTime(killedAt, again.At).TotalMilliseconds);
        var report = Report.Of([.. _events.Select(one => one.Id)], workers, fanOut, late, lateFrom, takeover);
        foreach (var problem in report.Problems())
            _story.Say("FAILED: " + problem);
        Console.WriteLine(report.ToJson(_story.Elapsed));
        return report.Problems().Any() ? ExitCodes.CheckFailed : ExitCodes.Good;
    }

    private Reader Start(string name, params string[] arguments)
    {
        var reader = new Reader(name, _cli.Start([.. arguments, "--json"]));
        _readers.Add(reader);
        return reader;
    }

    private async Task PublishEvenlyAsync(Process publisher, int count, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        for (var sent = 0; sent < count;)
        {
            var due = (int)Math.Min(count, count * (watch.Elapsed / EarlyOver));
            for (; sent < due; sent++)
                await publisher.StandardInput.WriteLineAsync(_events[sent].Line);
            await publisher.StandardInput.FlushAsync(stop);
            await Task.Delay(Pace, stop);
        }
    }

    private async Task PublishRestAsync(Process publisher, int from, CancellationToken stop)
    {
        foreach (var (_, line) in _events.Skip(from))
            await publisher.StandardInput.WriteLineAsync(line);
        publisher.StandardInput.Close();
        var said = await publisher.StandardOutput.ReadToEndAsync(stop);
        await publisher.WaitForExitAsync(stop);
        if (publisher.ExitCode != 0 || JsonElement.Parse(said).GetProperty("published").GetInt32() != _events.Length)
            throw new CliException($"publishing ended with {publisher.ExitCode}: {said}");
        _story.Say($"all {_events.Length} events are published and confirmed");
    }

    private Task<IReadOnlyList<JsonElement>> NodesAsync(CancellationToken stop) => _cli.DoAsync(["nodes"], stop);

    private async Task<bool> HoldsAsync(Reader worker, CancellationToken stop) => (await NodesAsync(stop)).Any(node =>
        node.GetProperty("name").GetString()!.Contains($"process {worker.ProcessId} ", StringComparison.Ordinal) && node.GetProperty("holds_leases").GetBoolean());

    private async Task UntilAsync(string what, Func<Task<bool>> shown, CancellationToken stop)
    {
        var (began, printed) = (Stopwatch.GetTimestamp(), -1);
        while (!await shown())
        {
            if (_readers.Select(reader => reader.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
                throw new CliException(failure);
            var now = _readers.Sum(reader => reader.Printed.Count);
            (began, printed) = now == printed ? (began, printed) : (Stopwatch.GetTimestamp(), now);
            if (Stopwatch.GetElapsedTime(began) > MostSilence)
                throw new CliException($"nothing happened for {MostSilence.TotalSeconds} s while waiting until {what}");
            await Task.Delay(Pace, stop);
        }
    }
}
