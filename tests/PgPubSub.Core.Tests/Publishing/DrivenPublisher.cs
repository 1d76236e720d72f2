using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Publishing;

/// <summary>A publish machine with small bounds, and what it wants since it was last asked.</summary>
internal sealed class DrivenPublisher
{
    public static readonly TopicId Topic = new(4);

    public PublishMachine Machine { get; } = new(new PublishBounds(BatchEvents: 3, BatchBytes: 100, PendingEvents: 8, PendingBytes: 200));

    /// <summary>A first append is under way, with a known tail of 7.</summary>
    public PublishEffect.Append Send()
    {
        Offer();
        Effects();
        Machine.Opened(new TopicState(Topic, 0, 7), Ms(0));
        return Appends();
    }

    public PublishUnit Offer(int events = 1, int bytes = 2)
    {
        var unit = new PublishUnit([.. Enumerable.Range(0, events).Select(_ => Events.New(bytes))], new object());
        Machine.Offer(unit, Ms(0));
        return unit;
    }

    public PublishEffect.Append Appends() => Assert.Single(Effects().OfType<PublishEffect.Append>());

    public PublishEffect[] Effects()
    {
        var effects = Machine.Effects.ToArray();
        Machine.Effects.Clear();
        return effects;
    }
}
