namespace PgPubSub.Core.Topics;

/// <summary>What became of an append.</summary>
/// <param name="First">
/// The offset of the batch's first event; the others follow it without a gap. Null where nothing was written because history has been
/// trimmed past the tail that the publisher knew, or rewound below it, so that an earlier send of the same batch can't be looked for.
/// </param>
public readonly record struct AppendOutcome(long? First);
