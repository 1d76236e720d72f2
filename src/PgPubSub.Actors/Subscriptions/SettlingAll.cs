using Akka.Actor;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Gives answers to their subscriptions, one message each, and waits for what becomes of them.</summary>
internal static class SettlingAll
{
    private static readonly AnswerRefused Late = new("No confirmation came in time.", OutcomeUnknown: true);

    public static async Task<IReadOnlyList<IAnswerReply>> SettleAsync(IReadOnlyList<IAnswer> answers, TimeSpan patience, CancellationToken cancel)
    {
        if (answers.Count == 0)
            return [];
        var tally = new AnswerTally(answers.Count);
        foreach (var part in answers.Select((answer, i) => new AnswerTally.Place(tally, i, answer)).GroupBy(place => place.Answer.Delivery.Subscription))
        {
            AnswerTally.Place[] places = [.. part];
            part.Key.Tell(new SettleAll(places), ActorRefs.NoSender);
        }

        try
        {
            await tally.All.WaitAsync(patience, cancel);
        }
        catch (TimeoutException)
        {
            // What is not known by now is closed as unknown.
        }

        return tally.Close(Late);
    }
}
