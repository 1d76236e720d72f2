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
    public async Task What_was_taken_is_told_also_when_the_clean_up_fails_at_a_later_topic()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(BacklogTrimmed));
        var stores = new Stores(null!, new TwoTopics(), null!, null!, null!, new Dutiful(), null!);

        Sys.ActorOf(JanitorActor.Props(stores, TimeSpan.FromMilliseconds(20))).Tell(new NodeBecame(Guid.CreateVersion7()));

        Assert.Equal(new BacklogTrimmed("a", 3, 7), await ExpectMsgAsync<BacklogTrimmed>(TimeSpan.FromSeconds(10)));
    }

    private sealed class TwoTopics : ITopicStore
    {
        public Task<IReadOnlyList<TopicStatus>> ListTopicsAsync(string? name, CancellationToken stop) => Task.FromResult<IReadOnlyList<TopicStatus>>(
            [new TopicStatus("a", new TopicId(1), 0, 9, Retention.Default, 0), new TopicStatus("b", new TopicId(2), 0, 9, Retention.Default, 0)]);

        public Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop) =>
            topic.Value == 1 ? Task.FromResult(new TrimResult(7, 4, 3, 0)) : throw new StoreException(FaultKind.Transient, "away");

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

        public Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens) => throw new NotSupportedException();

        public Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => throw new NotSupportedException();

        public Task DepartAsync(Guid node) => throw new NotSupportedException();

        public Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) => throw new NotSupportedException();
    }
}
