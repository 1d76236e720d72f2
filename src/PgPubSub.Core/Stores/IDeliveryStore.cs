using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Stores;

/// <summary>
/// Leases, retries and dead letters. Each write names the node and the token that it acts for and changes nothing where they don't
/// own the row any more. Every call may throw <see cref="Faults.StoreException"/>.
/// </summary>
public interface IDeliveryStore
{
    /// <summary>Leases the next page of a group.</summary>
    /// <param name="claim">What is asked for.</param>
    /// <returns>The lease and its events, or an empty page; that also where the group is paused.</returns>
    Task<ClaimedPage> ClaimAsync(ClaimRequest claim);

    /// <summary>Finds what a claim got whose answer was lost.</summary>
    /// <param name="claim">The same request.</param>
    /// <returns>The lease and its events, or null where no lease has this token.</returns>
    Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim);

    /// <summary>Claims retries that are due.</summary>
    /// <param name="group">The group.</param>
    /// <param name="node">The claiming node.</param>
    /// <param name="token">A token that the claimer chose.</param>
    /// <param name="most">How many at most, between 1 and 1,000; large ones may come in fewer, but where one is due one comes.</param>
    /// <param name="suspects">
    /// Whether to claim messages that may be what kills nodes (there at two deaths, or at one with their last attempt ahead), or all others.
    /// </param>
    /// <returns>The retries; empty where none is due or the group is paused.</returns>
    Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects);

    /// <summary>Settles leases and claimed retries of one group in one transaction.</summary>
    /// <param name="group">The group.</param>
    /// <param name="node">The node that holds them.</param>
    /// <param name="leases">What is settled of leases.</param>
    /// <param name="retries">What is settled of claimed retries.</param>
    /// <returns>Which of them were still held, after the commit.</returns>
    Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries);

    /// <summary>Writes the dead letter of a private subscriber, who has no lease.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="subscriber">The subscriber's name.</param>
    /// <param name="failure">What failed.</param>
    /// <returns>A task that ends after the commit.</returns>
    Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure);
}

/// <summary>A claim.</summary>
/// <param name="Group">The group.</param>
/// <param name="Node">The claiming node.</param>
/// <param name="Token">Chosen by the claimer, new for each claim.</param>
/// <param name="Most">Events at most, between 1 and 1,000.</param>
/// <param name="Bytes">Bytes of data at most; a first event that is larger comes alone.</param>
/// <param name="Generation">The generation that the claimer last saw.</param>
/// <param name="Mark">An offset that no lease of this generation and claim can be below: where the claimer last saw the group stand.</param>
public sealed record ClaimRequest(GroupKey Group, Guid Node, Guid Token, int Most, long Bytes, long Generation, long Mark);
