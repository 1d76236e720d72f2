using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Testing.Tests.Lossy;

/// <summary>What each loss does to a write, to a read and to the caller.</summary>
public sealed class LossySpec
{
    private readonly InMemoryStore _store = new();

    public static TheoryData<Loss, FaultKind?, bool, FaultKind?> Losses() => new()
    {
        { Loss.Unsent, FaultKind.Transient, false, FaultKind.Transient },
        { Loss.RequestLost, FaultKind.Unknown, false, null },
        { Loss.AnswerLost, FaultKind.Unknown, true, FaultKind.Transient },
        { Loss.Late, FaultKind.Unknown, true, null },
        { Loss.Delayed, null, true, null },
        { Loss.Repeated, null, true, null },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Each_loss_is_done_or_not_told_as_what_it_is_and_counted(Loss loss, FaultKind? ofWrite, bool done, FaultKind? ofRead)
    {
        var topic = await TopicAsync();
        var plan = new LossyPlan(1, Only(loss));
        var log = plan.Over(_store.Log);

        Assert.Equal(ofRead, await KindAsync(() => log.FindTopicAsync("t", default)));
        Assert.Equal(ofWrite, await KindAsync(() => log.AppendAsync(topic, 0, [Event()])));
        await plan.CalmAsync();

        Assert.Equal(done ? 1 : 0, await TailAsync(topic));
        Assert.Equal(1, plan.Count(loss, nameof(ILogStore.AppendAsync)));
        Assert.Equal(ofRead is null && loss is not Loss.Delayed ? 0 : 1, plan.Count(loss, nameof(ILogStore.FindTopicAsync)));
    }

    [Fact]
    public async Task A_late_write_is_overtaken_by_its_own_repetition_and_is_there_once()
    {
        var topic = await TopicAsync();
        var plan = new LossyPlan(1, Only(Loss.Late) with { LongestLateness = TimeSpan.FromDays(1) }, new StoppedClock());
        var (log, batch) = (plan.Over(_store.Log), new[] { Event() });
        Assert.Equal(FaultKind.Unknown, await KindAsync(() => log.AppendAsync(topic, 0, batch)));
        Assert.Equal(0, await TailAsync(topic));

        var calm = plan.CalmAsync();
        await log.AppendAsync(topic, 0, batch);

        Assert.False(calm.IsCompleted); // it is still on its way
        Assert.Equal(1, await TailAsync(topic));
    }

    [Fact]
    public async Task A_claim_never_arrives_twice_since_each_has_a_token_of_its_own()
    {
        var topic = await TopicAsync();
        await _store.Log.AppendAsync(topic, 0, [Event(), Event()]);
        var (node, plan) = (Guid.NewGuid(), new LossyPlan(1, Only(Loss.Repeated)));
        await plan.Over(_store.Nodes).RegisterAsync(node, "n", default);
        var group = await plan.Over(_store.Subscriptions).EnsureGroupAsync(topic, "g", StartFrom.Earliest, GroupRules.Default, change: false, default);

        var page = await plan.Over(_store.Deliveries).ClaimAsync(new ClaimRequest(group.Key, node, Guid.NewGuid(), 1, 1_000, 0, 0));

        Assert.True(group.Created);
        Assert.Equal((0, 1), (page.Lo, page.Hi));
        Assert.Equal(1, (await _store.Subscriptions.ReadGroupAsync(group.Key, default))!.Position);
        Assert.Equal(0, plan.Count(Loss.Repeated, nameof(IDeliveryStore.ClaimAsync)));
    }

    [Fact]
    public async Task What_is_under_way_when_an_outage_begins_is_lost()
    {
        var topic = await TopicAsync();
        var plan = new LossyPlan(1, Only(Loss.Delayed), new StoppedClock());
        var (write, read) = (plan.Over(_store.Log).AppendAsync(topic, 0, [Event()]), plan.Over(_store.Log).FindTopicAsync("t", default));
        Assert.False(write.IsCompleted || read.IsCompleted);

        plan.BeginOutage();

        Assert.Equal(FaultKind.Unknown, await KindAsync(() => write));
        Assert.Equal(FaultKind.Transient, await KindAsync(() => read));
    }

    [Fact]
    public async Task Who_gives_up_waiting_is_not_told_of_a_loss()
    {
        using var stop = new CancellationTokenSource();
        var read = new LossyPlan(1, Only(Loss.Delayed), new StoppedClock()).Over(_store.Log).FindTopicAsync("t", stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private static LossRates Only(Loss loss) => loss switch
    {
        Loss.Unsent => new() { Unsent = 1 },
        Loss.RequestLost => new() { RequestLost = 1 },
        Loss.AnswerLost => new() { AnswerLost = 1 },
        Loss.Late => new() { Late = 1 },
        Loss.Delayed => new() { Delayed = 1 },
        _ => new() { Repeated = 1 },
    };

    private static async Task<FaultKind?> KindAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (StoreException lost)
        {
            return lost.Kind;
        }
    }

    private static NewEvent Event() => new(Guid.CreateVersion7(), "test", null, "1"u8.ToArray(), null, null);

    private async Task<TopicId> TopicAsync() => (await _store.Log.EnsureTopicAsync("t", Retention.Default, default)).Id;

    private Task<long> TailAsync(TopicId topic) => _store.Log.LocateAsync(topic, StartFrom.Latest, default);
}
