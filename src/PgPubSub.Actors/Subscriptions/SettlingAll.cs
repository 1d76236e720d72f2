using Akka.Actor;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Gives answers to their subscriptions, one message each, and waits for what becomes of them.</summary>
internal static class SettlingAll
{
    private static readonly AnswerRefused Late = new("No confirmation came in time.", OutcomeUnknown: true);
    private static readonly AnswerRefused Gone = new("The subscription is over.", OutcomeUnknown: true);

    public static async Task<IReadOnlyList<IAnswerReply>> SettleAsync(IReadOnlyList<IAnswer> answers, TimeSpan patience, CancellationToken cancel)
    {
        if (answers.Count == 0)
            return [];
        var tally = new AnswerTally(answers.Count);
        using var over = new CancellationTokenSource();
        foreach (var part in answers.Select((answer, i) => new AnswerTally.Place(tally, i, answer)).GroupBy(place => place.Answer.Delivery.Subscription))
        {
            AnswerTally.Place[] places = [.. part];
            part.Key.Tell(new SettleAll(places), ActorRefs.NoSender);
            _ = WatchAsync(part.Key, places, over.Token);
        }

        try
        {
            await tally.All.WaitAsync(patience, cancel);
        }
        catch (TimeoutException)
        {
            // What is not known by now is closed as unknown.
        }
        finally
        {
            await over.CancelAsync();
        }

        return tally.Close(Late);
    }

    // One that is over gets no message any more; one that ends has told before what it knew.
    private static async Task WatchAsync(IActorRef subscription, AnswerTally.Place[] places, CancellationToken over)
    {
        if (!await subscription.WatchAsync(over))
            return;
        foreach (var place in places)
            place.Take(Gone);
    }
}
