using Akka.Actor;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Answers for one subscription, each with its place in the tally of whoever gave them.</summary>
internal sealed record SettleAll(IReadOnlyList<AnswerTally.Place> Places) : INoSerializationVerificationNeeded
{
    /// <summary>Gives them to the subscription's machine.</summary>
    public void Give(IAnswerTaker machine, TimeSpan now) => machine.Together(() => GiveEach(machine, now), now);

    /// <summary>Nobody is there to take them.</summary>
    public void Refuse(AnswerRefused why)
    {
        foreach (var place in Places)
            place.Take(why);
    }

    private void GiveEach(IAnswerTaker machine, TimeSpan now)
    {
        foreach (var place in Places)
        {
            switch (place.Answer)
            {
                case Ack ack:
                    machine.Ack(ack.Id, place, now);
                    break;
                case Nack nack:
                    machine.Nack(nack.Id, nack.Reason, nack.Delay, place, now);
                    break;
                case Bury bury:
                    machine.Bury(bury.Id, bury.Reason, place, now);
                    break;
                case Extend extend:
                    place.Take(machine.Extend(extend.Id, extend.Time, now) ? new AnswerConfirmed() : ConsumerDesk.TooLate);
                    break;
            }
        }
    }
}
