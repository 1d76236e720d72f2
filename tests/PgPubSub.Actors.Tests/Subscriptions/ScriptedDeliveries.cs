using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Subscriptions;

/// <summary>The spec plays the database, one reply at a time.</summary>
internal sealed class ScriptedDeliveries : IDeliveryStore
{
    public Calls<ClaimRequest, ClaimedPage> Claims { get; } = new();

    public Calls<ClaimRequest, ClaimedPage?> Finds { get; } = new();

    public Calls<IReadOnlyList<LeaseSettlement>, SettleResult> Settles { get; } = new();

    public Task<ClaimedPage> ClaimAsync(ClaimRequest claim) => Claims.Add(claim);

    public Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim) => Finds.Add(claim);

    public Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects) => Task.FromResult(new ClaimedRetries([], []));

    public Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) => Settles.Add(leases);

    public Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure) => Task.CompletedTask;
}
