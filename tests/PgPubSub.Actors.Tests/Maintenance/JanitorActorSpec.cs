using Akka.Actor;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Maintenance;
using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Maintenance;

public sealed class JanitorActorSpec() : TestKit("akka.loglevel = ERROR")
{
    [Fact]
    public async Task What_was_taken_is_told_and_a_topic_that_fails_keeps_no_other_from_being_cleaned()
    {
        Start(new Topics("good", "bad", "good"));

        Assert.Equal(new BacklogTrimmed("1 good", 3, 7), await ExpectMsgAsync<BacklogTrimmed>(Patience));
        Assert.Equal(new BacklogTrimmed("3 good", 3, 7), await ExpectMsgAsync<BacklogTrimmed>(Patience));
    }

    [Fact]
    public async Task Where_topic_after_topic_fails_it_gives_up_until_the_next_time()
    {
        var topics = new Topics("bad", "bad", "bad", "good");
        Start(topics);

        await AwaitConditionAsync(() => Task.FromResult(topics.Rounds > 2), Patience, TimeSpan.FromMilliseconds(10));

        Assert.False(HasMessages);
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private void Start(Topics topics)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(BacklogTrimmed));
        var stores = new Stores(null!, topics, null!, null!, null!, new Dutiful(), null!);
        Sys.ActorOf(JanitorActor.Props(stores, TimeSpan.FromMilliseconds(20))).Tell(new NodeBecame(Guid.CreateVersion7()));
    }

    private sealed class Topics(params string[] kinds) : ITopicStore
    {
        public int Rounds { get; private set; }

        public Task<IReadOnlyList<TopicStatus>> ListTopicsAsync(string? name, CancellationToken stop)
        {
            Rounds++;
            return Task.FromResult<IReadOnlyList<TopicStatus>>([.. kinds.Select((kind, i) => new TopicStatus($"{i + 1} {kind}", new TopicId(i), 1, 9, Retention.Default, 0))]);
        }

        public Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop) =>
            kinds[topic.Value] == "good" ? Task.FromResult(new TrimResult(7, 4, 3, 0)) : throw new StoreException(FaultKind.Transient, "away");

        public Task AlterTopicAsync(TopicId topic, Retention retention) => throw new NotSupportedException();

        public Task<long> ClearTopicAsync(TopicId topic, CancellationToken stop) => throw new NotSupportedException();

        public Task DropTopicAsync(TopicId topic, CancellationToken stop) => throw new NotSupportedException();

        public Task<int> SweepAsync(CancellationToken stop) => throw new NotSupportedException();
    }

    private sealed class Dutiful : INodeStore
    {
        public Task<bool> TakeDutyAsync(string duty, Guid node) => Task.FromResult(true);

        public Task RegisterAsync(Guid node, string name, CancellationToken stop) => throw new NotSupportedException();

        public Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock) => throw new NotSupportedException();

        public Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop) => throw new NotSupportedException();

        public Task<bool> TakeOverAsync(NodeSighting dead) => throw new NotSupportedException();

        public Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null) => throw new NotSupportedException();

        public Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => throw new NotSupportedException();

        public Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null) => throw new NotSupportedException();

        public Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) => throw new NotSupportedException();
    }
}
