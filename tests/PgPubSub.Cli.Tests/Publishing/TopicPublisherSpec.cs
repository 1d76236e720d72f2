using PgPubSub.Cli.Publishing;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tests.Publishing;

/// <summary>A batch whose outcome is unknown is resolved, never assumed.</summary>
public sealed class TopicPublisherSpec : ILogStore, IWakeupStore
{
    private static readonly TopicState Topic = new(new TopicId(1), 0, 5);
    private static readonly NewEvent[] Batch = [new(Guid.CreateVersion7(), "t", null, "1"u8.ToArray(), null, null)];

    private readonly Queue<Func<AppendOutcome>> _answers = new();
    private readonly List<(long KnownTail, Guid Id)> _sent = [];
    private TopicState? _there = Topic;

    [Fact]
    public async Task What_may_have_been_written_is_sent_again_as_it_was()
    {
        Answer(() => throw new StoreException(FaultKind.Unknown, "lost"), () => throw new StoreException(FaultKind.Transient, "away"), () => new AppendOutcome(5));

        Assert.Equal(5, await Publisher().AppendAsync(Batch, CancellationToken.None));
        Assert.Equal(Enumerable.Repeat((5L, Batch[0].Id), 3), _sent);
    }

    [Fact]
    public async Task A_tail_that_is_too_old_is_read_anew_where_nothing_was_written()
    {
        Answer(() => new AppendOutcome(null), () => new AppendOutcome(9));
        _there = Topic with { Floor = 7, Tail = 9 };

        Assert.Equal(9, await Publisher().AppendAsync(Batch, CancellationToken.None));
        Assert.Equal([5, 9], _sent.Select(sent => sent.KnownTail));
    }

    [Fact]
    public async Task What_can_t_be_found_out_any_more_is_said_to_be_unknown()
    {
        Answer(() => throw new StoreException(FaultKind.Unknown, "lost"), () => new AppendOutcome(null));

        Assert.Equal(FaultKind.Unknown, (await Assert.ThrowsAsync<StoreException>(() => Publisher().AppendAsync(Batch, CancellationToken.None))).Kind);

        Answer(() => throw new StoreException(FaultKind.Unknown, "lost"), () => throw new StoreException(FaultKind.Gone, "the topic is no longer there"));
        Assert.Equal(FaultKind.Unknown, (await Assert.ThrowsAsync<StoreException>(() => Publisher().AppendAsync(Batch, CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task What_is_refused_at_once_is_told_as_it_is()
    {
        Answer(() => throw new StoreException(FaultKind.Refused, "no"));

        Assert.Equal(FaultKind.Refused, (await Assert.ThrowsAsync<StoreException>(() => Publisher().AppendAsync(Batch, CancellationToken.None))).Kind);
    }

    Task<AppendOutcome> ILogStore.AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
    {
        _sent.Add((knownTail, events[0].Id));
        try
        {
            return Task.FromResult(_answers.Dequeue()());
        }
        catch (StoreException e)
        {
            return Task.FromException<AppendOutcome>(e);
        }
    }

    Task<TopicState?> ILogStore.FindTopicAsync(string name, CancellationToken stop) => Task.FromResult(_there);

    Task<TopicState> ILogStore.EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) => throw new NotSupportedException();

    Task<IReadOnlyList<StoredEvent>> ILogStore.ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) => throw new NotSupportedException();

    Task<long> ILogStore.LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) => throw new NotSupportedException();

    Task IWakeupStore.NotifyAsync(IReadOnlyList<TopicTail> tails) => throw new StoreException(FaultKind.Transient, "a hint that is lost");

    Task<IWakeupLine?> IWakeupStore.OpenAsync(Guid node, CancellationToken stop) => throw new NotSupportedException();

    private void Answer(params Func<AppendOutcome>[] answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
    }

    private TopicPublisher Publisher() => new(this, this, "t", Topic, TimeProvider.System);
}
