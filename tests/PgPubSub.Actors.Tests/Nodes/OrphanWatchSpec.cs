using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Nodes;

namespace PgPubSub.Actors.Tests.Nodes;

public sealed class OrphanWatchSpec() : TestKit("akka.loglevel = WARNING")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly OrphanWatch _watch = new();

    [Fact]
    public async Task A_beat_that_was_sent_before_the_question_does_not_answer_it()
    {
        _watch.Sent();
        _watch.Add(TestActor);
        _watch.Seen(any: false);
        _watch.Sent();
        _watch.Seen(any: true);

        Assert.True((await ExpectMsgAsync<OrphansSeen>(Patience)).Any);
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task A_beat_that_failed_leaves_the_answer_to_the_next_one()
    {
        _watch.Add(TestActor);
        _watch.Sent();
        _watch.Failed();
        _watch.Seen(any: true);
        _watch.Sent();
        _watch.Seen(any: false);

        Assert.False((await ExpectMsgAsync<OrphansSeen>(Patience)).Any);
        Assert.False(HasMessages);
    }
}
