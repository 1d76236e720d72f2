using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors.Telemetry;

namespace PgPubSub.Actors.Topics;

/// <summary>Gathers what becomes of the events of one <see cref="PublishEach"/>, and tells its sender once all of it is known.</summary>
internal sealed class PublishTally(string topic, int count, IActorRef asker, IActorRef self, Activity? span)
{
    private readonly IPublishReply[] _replies = new IPublishReply[count];
    private int _left = count;

    /// <summary>The outcome of the event with this number, from 0; each is told once.</summary>
    public void Take(int number, IPublishReply reply)
    {
        _replies[number] = reply;
        if (--_left > 0)
            return;
        TopicTelemetry.End(span, Array.Exists(_replies, one => one is PublishRejected));
        asker.Tell(new PublishedEach(topic, _replies), self);
    }

    /// <summary>Who is told what becomes of one event.</summary>
    public sealed record Place(PublishTally Tally, int Number);
}
