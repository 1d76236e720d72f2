namespace PgPubSub.Cli.Consuming;

/// <summary>How far a member goes.</summary>
/// <param name="Follow">Whether it waits for what comes.</param>
/// <param name="Events">How many messages it hands out at most; null for any number.</param>
/// <param name="Batch">How many it claims at a time, from 1 to 1,000.</param>
internal sealed record ConsumeLimits(bool Follow, long? Events, int Batch);
