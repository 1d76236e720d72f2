using Akka.Actor;
using CommitFeed.Checks;
using CommitFeed.Input;
using CommitFeed.Journals;
using CommitFeed.Nodes;
using PgPubSub.Samples.Shared.Nodes;
using PgPubSub.Samples.Shared.Programs;

namespace CommitFeed.Processes;

/// <summary>The main job, in the order in which it happens.</summary>
internal sealed class Play : IAsyncDisposable
{
    // Nodes judge each other only after having looked for 5 s; a worker that died before would be taken over a little later.
    private const long Acquainted = 6_000_000;

    // Most of the input is published evenly, so that there is something to hand out all along; the rest waits for the late reader.
    private const double Evenly = 0.8;
    private static readonly TimeSpan EvenlyOver = TimeSpan.FromSeconds(9);

    private readonly Stage _stage;
    private readonly Story _story;
    private readonly FeedInput _input;
    private readonly Node _node;
    private readonly Journal _journal;
    private readonly JournalView _publisher;
    private readonly TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Watch _watch;
    private readonly List<Child> _workers = [], _readers = [];
    private KilledWorker? _killed;

    private Play(Stage stage, Story story, FeedInput input, Node node)
    {
        (_stage, _story, _input, _node) = (stage, story, input, node);
        _journal = new Journal(stage.JournalOf("publisher"));
        _publisher = new JournalView("publisher", stage.JournalOf("publisher"));
        _watch = new Watch(story, _publisher, _published.Task);
    }

    private IEnumerable<Child> Children => _workers.Concat(_readers);

    /// <summary>Starts the coordinator's own node, which makes the schema, before anybody else needs it.</summary>
    public static async Task<Play> PrepareAsync(Stage stage, Story story, FeedInput input, CancellationToken stop) =>
        new(stage, story, input, await Node.StartAsync("coordinator", stage.ConnectionString, stage.Schema, _ => { }, stop));

    /// <summary>Plays it. Whatever goes wrong on the way is part of the evidence.</summary>
    public async Task<Evidence> RunAsync(CancellationToken stop)
    {
        string? failure = null;
        try
        {
            await StartConsumersAsync(stop);
            var publisher = await StartPublishingAsync(stop);
            _killed = await KillAWorkerAsync(stop);
            await StartLateReaderAsync(stop);
            publisher.Tell(FeedPublisher.Hurry.Instance);
            await EverythingArrivesAsync(stop);
        }
        catch (StalledException e)
        {
            failure = e.Message;
        }

        await Task.WhenAll(Children.Select(child => child.StopAsync()));
        _publisher.Refresh();
        return new Evidence(
            _input.Count, _publisher.Entries, [.. _workers.Select(Testify)], _readers.Count > 0 ? Testify(_readers[0]) : null,
            _readers.Count > 1 ? Testify(_readers[1]) : null, _killed, failure);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Children)
            await child.DisposeAsync();
        await _node.DisposeAsync();
        _publisher.Dispose();
        _journal.Dispose();
    }

    private async Task StartConsumersAsync(CancellationToken stop)
    {
        foreach (var name in (string[])["worker-1", "worker-2"])
            _workers.Add(Start(name, new Command.Worker(name, _stage.Schema, _stage.JournalOf(name))));
        var fanOut = StartReader("fan-out", from: null);
        await _watch.UntilAsync(
            "both workers and the fan-out subscriber are up",
            () => _workers.All(worker => worker.View.UpAt is not null) && fanOut.View.Position is not null, stop);
        _story.Say("two workers of one group and a fan-out subscriber are up");
    }

    private async Task<IActorRef> StartPublishingAsync(CancellationToken stop)
    {
        var (hub, pace) = (await _node.HubAsync(stop), new Pace((int)(_input.Count * Evenly), EvenlyOver));
        return _node.System.ActorOf(FeedPublisher.Props(hub, _input, pace, _journal, _published), "publisher");
    }

    private async Task<KilledWorker> KillAWorkerAsync(CancellationToken stop)
    {
        await _watch.UntilAsync(
            "the workers have known each other for long enough",
            () => _publisher.Entries.Count > 0 && _publisher.Entries[^1].At - _workers.Max(worker => worker.View.UpAt) > Acquainted, stop);

        var victim = _workers.MaxBy(worker => worker.View.HandedOut)!;
        var wanted = Math.Clamp(_input.Count / 100, 1, Feed.Concurrency);
        await victim.TellAsync(Worker.Hold);
        await _watch.UntilAsync($"{victim.Name} holds {wanted} events that it has not answered", () => victim.View.Unanswered >= wanted, stop);

        var killed = new KilledWorker(victim.Name, await victim.KillAsync());
        victim.View.Refresh();
        _story.Say($"SIGKILL to {victim.Name}, which holds {victim.View.Unanswered} events that it has not answered");
        return killed;
    }

    private async Task StartLateReaderAsync(CancellationToken stop)
    {
        var from = _publisher.Confirmed / 2;
        var late = StartReader("late", from);
        await _watch.UntilAsync("the late subscriber is up", () => late.View.Position is not null, stop);
        _story.Say($"a late subscriber replays from offset {from} and goes live");
    }

    private async Task EverythingArrivesAsync(CancellationToken stop)
    {
        await _watch.UntilAsync("all is published", () => _published.Task.IsCompletedSuccessfully && _publisher.Confirmed == _input.Count, stop);
        _story.Say($"all {_publisher.Confirmed} events are published and confirmed");
        await _watch.UntilAsync("the readers have got everything", () => _readers.All(HasReadAll), stop);
        await _watch.UntilAsync("the group has handled everything", GroupHasHandledAll, stop);
        _story.Say("everything has arrived");
    }

    private bool HasReadAll(Child reader) => reader.View.HandedOut >= _publisher.Confirmed - reader.View.Position;

    private bool GroupHasHandledAll() =>
        _workers.Sum(worker => worker.View.Handled) >= _publisher.Confirmed
        && _workers.SelectMany(worker => worker.View.Entries).Where(entry => entry.What == Note.Handled).DistinctBy(entry => entry.Offset).Count() >= _publisher.Confirmed;

    private Child StartReader(string name, long? from)
    {
        var reader = Start(name, new Command.Reader(name, _stage.Schema, _stage.JournalOf(name), from));
        _readers.Add(reader);
        return reader;
    }

    private Child Start(string name, Command command)
    {
        var child = Child.Start(command, name, _stage.JournalOf(name), _stage.ConnectionString);
        _watch.Add(child);
        return child;
    }

    private static Witness Testify(Child child) => new(child.Name, child.View.Entries);
}
