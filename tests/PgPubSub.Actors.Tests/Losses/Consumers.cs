using Akka.Actor;

namespace PgPubSub.Actors.Tests.Losses;

/// <summary>Acks and nacks at random, most of it with a confirmation.</summary>
internal sealed class Member : ReceiveActor
{
    public Member(Journal journal, int seed)
    {
        var random = new Random(seed);
        Receive<Delivery>(delivery =>
        {
            journal.HandOut(delivery);
            var acks = random.Next(100) < 88;
            var answer = acks ? (IAnswer)delivery.Ack() : delivery.Nack("not now", TimeSpan.FromMilliseconds(random.Next(20)));
            if (random.Next(100) < 20)
                delivery.Settle(answer);
            else
                delivery.SettleAsync(answer).PipeTo(Self, success: reply => new Settled(delivery, acks && reply is AnswerConfirmed));
        });
        Receive<Settled>(settled =>
        {
            if (settled.Acked)
                journal.Ack(settled.Delivery);
        });
        Receive<DeliveryRevoked>(_ => { });
        Receive<AnswerRefused>(_ => { });
        Receive<ISubscribeReply>(reply => journal.NoteUnless(reply is Subscribed, reply));
        ReceiveAny(other => journal.Note($"A member was told {other}."));
    }

    private sealed record Settled(Delivery Delivery, bool Acked) : INoSerializationVerificationNeeded;
}

/// <summary>A private subscriber that acks all it gets.</summary>
internal sealed class Reader : ReceiveActor
{
    public Reader(Journal journal)
    {
        Receive<Delivery>(delivery =>
        {
            journal.Read(delivery);
            delivery.Settle(delivery.Ack());
        });
        Receive<ISubscribeReply>(reply => journal.NoteUnless(reply is Subscribed, reply));
        ReceiveAny(other => journal.Note($"A private subscriber was told {other}."));
    }
}
