using Akka.Actor;
using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Readers;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>The store's calls for one private subscriber. Nothing of it is stored but its mark and its dead letters.</summary>
internal sealed class PrivateCalls(SubscriptionTerms terms, Stores stores, MarkBook marks, RecentPages recent, IActorRef self)
{
    private readonly CancellationTokenSource _stop = new();
    private TopicId _topic;

    /// <summary>Finds where it begins, under the node's id. Answered with <see cref="Opened"/> or <see cref="OpenFailed"/>.</summary>
    public void Open(Guid? node) => OpenAsync(node).Pipe(self, opened => opened, (_, why) => new OpenFailed(why));

    /// <summary>It has begun: all that follows is about this topic.</summary>
    public void Begin(TopicId topic) => _topic = topic;

    /// <summary>It needs nothing below this offset any more.</summary>
    public void Mark(long low) => marks.Set(this, _topic, low);

    /// <summary>It stops, and needs nothing any more.</summary>
    public void Stop()
    {
        _stop.Cancel();
        marks.Remove(this);
    }

    /// <summary>Performs an effect that is a call of the store; false where it is another. What comes of it is an <see cref="IResult"/>.</summary>
    public bool Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.Read e:
                Read(e.From, e.Most);
                return true;
            case DeliveryEffect.Verify e:
                VerifyAsync(e.From, e.Most).Pipe(self, verified => verified, (_, _) => VerifyFailed.Instance);
                return true;
            case DeliveryEffect.Bury e:
                stores.Deliveries.BuryPrivateAsync(_topic, terms.Group, e.Failure).Pipe(self, () => Buried.Instance, (_, _) => BuryFailed.Instance);
                return true;
            default:
                return false;
        }
    }

    // The mark is committed before the position counts: from then on retention spares what is not read yet.
    private async Task<Opened> OpenAsync(Guid? node)
    {
        if (node is not { } marker)
            throw new StoreException(FaultKind.Transient, "The node is not registered yet.");
        using var turn = await marks.TurnAsync(_stop.Token);
        var topic = await stores.Log.EnsureTopicAsync(terms.Topic, terms.Retention, _stop.Token);
        var position = await stores.Log.LocateAsync(topic.Id, terms.From, _stop.Token);
        marks.Set(this, topic.Id, position);
        if (_stop.IsCancellationRequested)
            marks.Remove(this); // it stopped meanwhile: a mark that nobody moves would hold retention up for ever
        var floors = await marks.WriteAsync(marker, topic.Id);
        return new Opened(topic.Id, Math.Max(position, floors.GetValueOrDefault(topic.Id)), topic.Tail);
    }

    private void Read(long from, int most)
    {
        if (recent.Find(_topic, from) is { } found)
            self.Tell(new PageRead(from, found));
        else
            stores.Log.ReadAsync(_topic, from, most, PgPubSubSettings.PageBytes, _stop.Token).Pipe(self, events => new PageRead(from, events), (_, why) => new ReadFailed(why));
    }

    private async Task<Verified> VerifyAsync(long from, int most)
    {
        var events = await stores.Log.ReadAsync(_topic, from, most, PgPubSubSettings.PageBytes, _stop.Token);
        var topic = await stores.Log.FindTopicAsync(terms.Topic, _stop.Token);
        return topic is { } there && there.Id == _topic
            ? new Verified(there.Floor, there.Tail, events)
            : throw new StoreException(FaultKind.Gone, "The topic is no longer there."); // which the poll tells
    }

    internal sealed record Opened(TopicId Topic, long Position, long Tail);

    internal sealed record OpenFailed(string Why);

    /// <summary>What came of a call that the machine wanted.</summary>
    internal interface IResult
    {
        void Tell(PrivateMachine machine, TimeSpan now);
    }

    internal sealed record ReadFailed(string Why) : IResult
    {
        public void Tell(PrivateMachine machine, TimeSpan now) => machine.ReadFailed(now);
    }

    internal sealed record Buried : IResult
    {
        public static readonly Buried Instance = new();

        public void Tell(PrivateMachine machine, TimeSpan now) => machine.Buried(now);
    }

    private sealed record BuryFailed : IResult
    {
        public static readonly BuryFailed Instance = new();

        public void Tell(PrivateMachine machine, TimeSpan now) => machine.BuryFailed(now);
    }

    private sealed record PageRead(long From, IReadOnlyList<StoredEvent> Events) : IResult
    {
        public void Tell(PrivateMachine machine, TimeSpan now) => machine.PageRead(From, Events, now);
    }

    private sealed record Verified(long Floor, long Tail, IReadOnlyList<StoredEvent> Events) : IResult
    {
        public void Tell(PrivateMachine machine, TimeSpan now) => machine.Verified(Floor, Tail, Events, now);
    }

    private sealed record VerifyFailed : IResult
    {
        public static readonly VerifyFailed Instance = new();

        public void Tell(PrivateMachine machine, TimeSpan now) => machine.VerifyFailed(now);
    }
}
