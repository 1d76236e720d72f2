namespace PgPubSub.Samples.Tests.Readme;

public sealed record OrderCancelled(string Order);
