using Akka.Actor;
using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Topics;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Actors.Tests.Losses;

/// <summary>
/// Two nodes on one lossy store: two publishers, two topics, a group with a member on each node, a private subscriber; and an outage in the middle. Then all is calm, and what was
/// told is compared with what is there.
/// </summary>
internal sealed class LossyHistory
{
    private const int Numbers = 300;
    private const string Group = "group";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Topics = ["one", "two"];

    private readonly ActorSystem _system;
    private readonly Journal _journal = new();
    private readonly IActorRef[] _hubs;
    private Stores _stores = null!;

    public LossyHistory(ActorSystem system, int seed, Func<PgPubSubOptions> options, Func<Stores, Stores>? fault = null)
    {
        (_system, Plan) = (system, new LossyPlan(seed));
        _hubs = [Start("a"), Start("b")];

        IActorRef Start(string name)
        {
            var made = options();
            (made.PollInterval, made.TimeToLive, made.RetryFirst) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(10));
            made.Decorate = stores => (fault ?? (plain => plain))(Plan.Over(_stores = stores));
            return PgPubSubHub.Start(system, made, $"seed{seed}{name}");
        }
    }

    public LossyPlan Plan { get; }

    /// <summary>Lives through it; what was wrong, each with the seed.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        try
        {
            Subscribe();
            var published = Task.WhenAll(_hubs.Select((hub, i) => Task.Run(() => PublishAsync(hub, i))));
            await UntilAsync("half of it is published", () => Task.FromResult(_journal.Answered >= Numbers));
            Plan.BeginOutage();
            await UntilAsync("the outage is felt", () => Task.FromResult(Plan.Count(Loss.Outage) >= 20));
            Plan.EndOutage();
            await published;
            await Plan.CalmAsync();
            await FlushAsync();
            foreach (var topic in Topics)
                await SettleAsync(topic);
            foreach (var topic in Topics)
                await JudgeAsync(topic);
        }
        catch (Exception e) when (e is TimeoutException or AskTimeoutException)
        {
            _journal.Note(e.Message);
        }

        return [.. _journal.Problems.Select(problem => $"{problem} ({Plan})")];
    }

    private void Subscribe()
    {
        var reader = _system.ActorOf(Props.Create(() => new Reader(_journal)));
        for (var i = 0; i < _hubs.Length; i++)
        {
            var seed = (Plan.Seed * 2) + i;
            var member = _system.ActorOf(Props.Create(() => new Member(_journal, seed)));
            foreach (var topic in Topics)
                _hubs[i].Tell(new Subscribe(topic, Group, Window: 16), member);
            _hubs[1].Tell(new Subscribe(Topics[i], From: Core.Subscriptions.StartFrom.Earliest), reader);
        }
    }

    // The numbers of a publisher go up; a few are on their way at once.
    private async Task PublishAsync(IActorRef hub, int publisher)
    {
        var random = new Random(Plan.Seed + publisher);
        for (var next = 0; next < Numbers;)
        {
            var replies = new List<(int Number, Task<IPublishReply> Reply)>();
            for (var end = Math.Min(Numbers, next + random.Next(1, 10)); next < end; next++)
            {
                var number = (publisher * Numbers) + next;
                replies.Add((number, hub.Ask<IPublishReply>(new Publish(Topics[random.Next(2)], new Number(number)), Patience)));
            }

            foreach (var (number, reply) in replies)
                _journal.Publish(number, await reply);
        }
    }

    // What one node flushed the other may have in hand; when both have, nobody has.
    private async Task FlushAsync()
    {
        foreach (var hub in _hubs.Concat(_hubs))
        {
            if (await hub.Ask(new Flush(Patience), Patience * 2) is FlushIncomplete incomplete)
                _journal.Note($"Flush: {string.Join(" ", incomplete.Waiting)}");
        }

        foreach (var topic in Topics)
        {
            var group = Assert.Single(await _stores.Subscriptions.ListGroupsAsync(topic, Group, default));
            if (group is not { Lag: 0, InFlight: 0, Retrying: 0 })
                _journal.Note($"Flush: told that all is done, but the group is {group}");
        }
    }

    private async Task SettleAsync(string topic)
    {
        object last = "nothing";
        await UntilAsync(() => $"the group has settled {topic} and it is read; at last it was {last}, read to {_journal.HasRead(topic)}", async () =>
        {
            var group = Assert.Single(await _stores.Subscriptions.ListGroupsAsync(topic, Group, default));
            last = group;
            return _journal.Problems.Count > 0 || (group is { Lag: 0, InFlight: 0, Retrying: 0 } && _journal.HasRead(topic) >= group.Tail);
        });
    }

    private async Task JudgeAsync(string topic)
    {
        var id = (await _stores.Log.FindTopicAsync(topic, default))!.Value.Id;
        var log = await _stores.Log.ReadAsync(id, 0, 1_000, long.MaxValue, default);
        var dead = await _stores.DeadLetters.ListDeadLettersAsync(new DeadLetterFilter(id), 0, 1_000, long.MaxValue, default);
        _journal.Judge(topic, [.. log.Select(e => (e.Offset, e.Id, NumberOf(e)))], [.. dead.Select(letter => (letter.Event.Offset, letter.Attempts))]);
    }

    private static int NumberOf(StoredEvent stored) => System.Text.Json.JsonDocument.Parse(stored.Data).RootElement.GetProperty("value").GetInt32();

    private static Task UntilAsync(string what, Func<Task<bool>> holds) => UntilAsync(() => what, holds);

    private static async Task UntilAsync(Func<string> what, Func<Task<bool>> holds)
    {
        using var late = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await holds())
                await timer.WaitForNextTickAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not within {Patience}: {what()}.");
        }
    }
}
