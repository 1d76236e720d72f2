using System.Runtime.CompilerServices;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>What an instance keeps of its subscriptions.</summary>
public sealed class NodeTelemetrySpec
{
    private readonly NodeTelemetry _node = new("i");

    [Fact]
    public void A_subscription_that_leaves_late_takes_nothing_from_the_one_that_came_after_it()
    {
        var key = new GroupKey(new TopicId(1), 1);
        var (first, second) = (new ServedGroup(_node, _node.Subscription("t", "g")), new ServedGroup(_node, _node.Subscription("t", "g")));
        first.Serve(key);
        second.Serve(key);
        first.Leave();
        Assert.Equal([key], _node.Served);

        second.Leave();
        Assert.Empty(_node.Served);
    }

    [Fact]
    public void Private_subscribers_of_a_topic_share_what_they_tell()
    {
        Assert.Same(_node.Subscription("t", null), _node.Subscription("t", null));
        Assert.NotSame(_node.Subscription("t", null), _node.Subscription("other", null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("g")]
    public void What_nobody_tells_any_more_is_forgotten(string? group)
    {
        WeakReference[] all = [.. Enumerable.Range(0, 1_000).Select(n => Make($"t{n}", group))];
        GC.Collect();
        Assert.DoesNotContain(all, one => one.IsAlive);

        for (var n = 0; n < 100; n++)
            _node.Subscription($"new{n}", group);
        Assert.InRange(_node.Shared, 0, 100); // not a thousand more
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Make(string topic, string? group) => new(_node.Subscription(topic, group));
}
