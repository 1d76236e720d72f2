using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Topics;

public sealed class FlushAfterLossPostgresSpec : FlushAfterLossSpec;

public sealed class FlushAfterLossInMemorySpec : FlushAfterLossSpec
{
    protected override bool InMemory => true;
}

/// <summary>What a lost answer has left with nobody is not done.</summary>
public abstract class FlushAfterLossSpec : HubSpec
{
    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.TimeToLive = TimeSpan.FromSeconds(3);
        options.Decorate = stores => stores with { Deliveries = new LosesFirstRetries(stores.Deliveries) };
        return options;
    }

    [Fact]
    public async Task A_retry_whose_claim_was_never_answered_is_not_done()
    {
        var member = await SubscribeAsync(new Subscribe("t", "g"));
        await PublishAsync("t", 1);
        var first = await member.ExpectMsgAsync<Delivery>(Patience);
        Assert.IsType<AnswerConfirmed>(await first.SettleAsync(first.Nack("no", TimeSpan.Zero)));
        var flushing = CreateTestProbe();
        Hub.Tell(new Flush(), flushing);

        var again = await member.ExpectMsgAsync<Delivery>(Patience);
        Assert.False(flushing.HasMessages);
        Assert.Equal(first.Attempt + 1, again.Attempt); // what was never handed out does not count
        again.Settle(again.Ack());

        await flushing.ExpectMsgAsync<Flushed>(Patience);
        Assert.True((await AskHubAsync<GroupList>(new ListGroups("t"))).Groups.Single() is { Lag: 0, InFlight: 0, Retrying: 0 });
    }

    private sealed class LosesFirstRetries(IDeliveryStore inner) : ForwardingDeliveries(inner)
    {
        private int _lost;

        public override async Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects)
        {
            var claimed = await Inner.ClaimRetriesAsync(group, node, token, most, suspects);
            return claimed.IsEmpty || Interlocked.Exchange(ref _lost, 1) == 1 ? claimed : throw new StoreException(FaultKind.Unknown, "lost");
        }
    }
}
