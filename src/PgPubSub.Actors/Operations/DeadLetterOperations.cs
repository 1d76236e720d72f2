using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Operations;

/// <summary>What operators do to dead letters. What changes many goes in steps, each committed by itself.</summary>
internal sealed class DeadLetterOperations(ILogStore log, IDeadLetterStore store, IPayloadSerializer serializer)
{
    private const int Most = 1_000;

    public async Task<object> ListAsync(ListDeadLetters list, CancellationToken stop)
    {
        OperationFailed.ThrowOn(list.Most is < 1 or > Most ? $"Most must be between 1 and {Most}." : null);
        if (await FilterAsync(list.Topic, list.Where, stop) is not { } filter)
            return new DeadLetterPage(list.Topic, []);
        var buried = await store.ListDeadLettersAsync(filter, list.After, list.Most, PgPubSubSettings.PageBytes, stop);
        return new DeadLetterPage(
            list.Topic,
            [.. buried.Select(b => new DeadLetter(b.Id, b.Subscriber, b.IsGroup, new TopicEvent(list.Topic, b.Event, serializer), b.Attempts, b.Why, b.DiedAt))]);
    }

    public async Task<object> RedriveAsync(RedriveDeadLetters redrive, CancellationToken stop)
    {
        var (done, left) = await StepAsync(await FilterAsync(redrive.Topic, redrive.Where, stop), store.RedriveAsync, stop);
        return new DeadLettersRedriven(redrive.Topic, done, left);
    }

    public async Task<object> PurgeAsync(PurgeDeadLetters purge, CancellationToken stop)
    {
        var (done, _) = await StepAsync(await FilterAsync(purge.Topic, purge.Where, stop), store.PurgeAsync, stop);
        return new DeadLettersPurged(purge.Topic, done);
    }

    private static async Task<(long Done, long Skipped)> StepAsync(
        DeadLetterFilter? filter, Func<DeadLetterFilter, long, int, Task<DeadLetterStep>> step, CancellationToken stop)
    {
        var (done, skipped, next) = (0L, 0L, filter is null ? default(long?) : 0);
        while (next is { } from)
        {
            stop.ThrowIfCancellationRequested();
            var result = await step(filter!, from, Most);
            (done, skipped, next) = (done + result.Done, skipped + result.Skipped, result.Next);
        }

        return (done, skipped);
    }

    private async Task<DeadLetterFilter?> FilterAsync(string name, DeadLettersWhere? where, CancellationToken stop)
    {
        OperationFailed.ThrowOn(NameRule.Problem("topic", name));
        return await log.FindTopicAsync(name, stop) is { } topic
            ? new DeadLetterFilter(topic.Id)
            {
                Id = where?.Id, Subscriber = where?.Subscriber, Type = where?.Type, DiedFrom = where?.DiedFrom, DiedBefore = where?.DiedBefore,
            }
            : null;
    }
}
