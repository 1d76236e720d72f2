using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Fuzz.Tests;

/// <summary>A member of a new group that acks all that there is, each once, and then says so.</summary>
internal sealed class WorkerActor : ReceiveActor
{
    private readonly HashSet<long> _confirmed = [];

    public WorkerActor(IActorRef hub, string topic, string? group, int expected, TaskCompletionSource<object> done)
    {
        var self = Self;
        Receive<Subscribed>(_ => { });
        Receive<HistoryTrimmed>(_ => { });
        Receive<Delivery>(m => m.SettleAsync(m.Ack()).PipeTo(self, self, reply => new Answered(m.Offset, reply)));
        Receive<Answered>(m =>
        {
            if (m.Reply is not AnswerConfirmed || !_confirmed.Add(m.Offset))
                done.TrySetException(new InvalidOperationException($"{m.Reply} to the ack of {m.Offset}."));
            if (_confirmed.Count == expected)
                done.TrySetResult(true);
        });
        ReceiveAny(m => done.TrySetException(new InvalidOperationException($"It got {m}.")));
        hub.Tell(new Subscribe(topic, group, PgPubSub.Core.Subscriptions.StartFrom.Earliest), self);
    }

    private sealed record Answered(long Offset, IAnswerReply Reply);
}
