namespace PgPubSub.Actors.Telemetry;

/// <summary>What is done with messages, and the conventions' word for its kind.</summary>
internal sealed record Operation(string Name, string Type)
{
    public static readonly Operation
        Publish = new("publish", "send"),
        Append = new("append", "send"),
        Claim = new("claim", "receive"),
        ClaimRetries = new("claim_retries", "receive"),
        Deliver = new("deliver", "process"),
        Settle = new("settle", "settle");
}
