namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>How a hand-out ended, as its consumer sees it.</summary>
internal enum Ending
{
    None,
    Acked,
    Nacked,
    Buried,
    Late,
    Stopped,
    Lost,
}
