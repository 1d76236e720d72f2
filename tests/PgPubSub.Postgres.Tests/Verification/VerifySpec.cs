using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Tests.Leases;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Postgres.Tests.Verification;

/// <summary>
/// A topic with ten events and a group that has claimed eight of them, under two leases: 4 became a retry, 5 a dead letter, the others are out.
/// </summary>
public abstract class VerifySpec : StoreSpec
{
    /// <summary>Strangers on the shared server are none of these specs' business, and what is damaged by hand heals by no node.</summary>
    protected static VerifyOptions Options => new() { Grace = TimeSpan.Zero, HeldBackAfter = TimeSpan.FromDays(1), LockedAfter = TimeSpan.Zero };

    protected TopicId Topic { get; private set; }

    protected GroupKey Group { get; private set; }

    protected Guid Node { get; private set; }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Topic = await TopicAsync();
        await AppendAsync(Topic, 10);
        (Group, Node) = (await GroupAsync(Topic), await NodeAsync());
        await Store.ClaimAsync(Group, Node, most: 4);
        var page = await Store.ClaimAsync(Group, Node, most: 4);
        await Store.SettleAsync(Group, Node, page.Failed(Claims.Nack(4), Claims.Bury(5)));
    }
}
