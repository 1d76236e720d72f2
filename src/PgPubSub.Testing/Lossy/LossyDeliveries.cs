using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Lossy;

/// <summary>Lossy leases and retries. Every write bears its token, so that it may arrive late; a claim's token is new for each, so that no claim arrives twice.</summary>
internal sealed class LossyDeliveries(IDeliveryStore inner, LossyCalls calls) : IDeliveryStore
{
    public Task<ClaimedPage> ClaimAsync(ClaimRequest claim) => calls.WriteAsync(() => inner.ClaimAsync(claim), Repeat.Never, late: true);

    public Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim) => calls.ReadAsync(() => inner.FindClaimAsync(claim), CancellationToken.None);

    public Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects) =>
        calls.WriteAsync(() => inner.ClaimRetriesAsync(group, node, token, most, suspects), Repeat.AnsweredLast, late: true);

    public Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) =>
        calls.WriteAsync(() => inner.SettleAsync(group, node, leases, retries), Repeat.AnsweredFirst, late: true);

    public Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure) =>
        calls.WriteAsync(() => inner.BuryPrivateAsync(topic, subscriber, failure), Repeat.AnsweredLast, late: true);
}
