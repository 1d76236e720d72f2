using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests.Conformance.Broken;

/// <summary>R1: now and then an append leaves an offset empty.</summary>
internal sealed class BurnsOffsets(ILogStore inner) : ForwardingLog(inner)
{
    private const string Burnt = "burnt";

    private int _appends;

    public override async Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
    {
        if (Interlocked.Increment(ref _appends) % 4 == 0)
            await Inner.AppendAsync(topic, 0, [Events.Json("0") with { Type = Burnt }]);
        return await Inner.AppendAsync(topic, knownTail, events);
    }

    public override async Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) =>
        [.. (await Inner.ReadAsync(topic, from, most, bytes, stop)).Where(e => e.Type != Burnt)];
}

/// <summary>R1: the events of a batch stand in another order than they were sent.</summary>
internal sealed class ReversesBatches(ILogStore inner) : ForwardingLog(inner)
{
    public override Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) =>
        Inner.AppendAsync(topic, knownTail, [.. events.Reverse()]);
}

/// <summary>R2: an append never looks for an earlier send of its batch.</summary>
internal sealed class ForgetsTwins(ILogStore inner) : ForwardingLog(inner)
{
    public override async Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) =>
        await Inner.AppendAsync(topic, await Inner.LocateAsync(topic, StartFrom.Latest, CancellationToken.None), events);
}

/// <summary>R2: a batch that may have been trimmed away is guessed to be new.</summary>
internal sealed class GuessesPastTheFloor(ILogStore inner) : ForwardingLog(inner)
{
    public override async Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
    {
        var outcome = await Inner.AppendAsync(topic, knownTail, events);
        return outcome.First is not null
            ? outcome
            : await Inner.AppendAsync(topic, await Inner.LocateAsync(topic, StartFrom.Latest, CancellationToken.None), events);
    }
}
