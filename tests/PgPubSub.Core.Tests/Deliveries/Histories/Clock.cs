namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>The time of a history.</summary>
internal sealed class Clock
{
    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);
}
