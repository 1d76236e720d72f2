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
            var taken = place.Answer.GiveTo(machine, place, now);
            if (place.Answer is Extend)
                place.Take(taken ? new AnswerConfirmed() : ConsumerDesk.TooLate);
        }
    }
}
