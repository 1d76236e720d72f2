using PgPubSub.Core.Deliveries;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>Claims of retries of which no event is gone.</summary>
internal static class ClaimedMessages
{
    public static void RetriesClaimed(this DeliveryMachine machine, IReadOnlyList<ClaimedRetry> retries, TimeSpan now) =>
        machine.RetriesClaimed(new ClaimedRetries(retries, []), TokenOf(retries), now);

    public static void SuspectsClaimed(this DeliveryMachine machine, IReadOnlyList<ClaimedRetry> retries, TimeSpan now) =>
        machine.SuspectsClaimed(new ClaimedRetries(retries, []), TokenOf(retries), now);

    public static Holding Holding(long no, IReadOnlyList<ClaimedRetry> retries) =>
        Core.Deliveries.Holding.Of(no, TokenOf(retries), new ClaimedRetries(retries, []), filter: null);

    private static Guid TokenOf(IReadOnlyList<ClaimedRetry> retries) => retries.Count > 0 ? retries[0].Token : Guid.Empty;
}
