namespace PgPubSub.Shared.Hubs;

/// <summary>What the specs publish.</summary>
public sealed record Number(int Value);
