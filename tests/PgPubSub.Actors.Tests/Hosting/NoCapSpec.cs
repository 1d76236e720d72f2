using Akka.Event;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>No cap on attempts is said once, at start.</summary>
public sealed class NoCapSpec : HubSpec
{
    protected override bool InMemory => true;

    protected override PgPubSubOptions Options()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        var options = base.Options();
        options.MaxAttempts = null;
        return options;
    }

    [Fact]
    public async Task It_is_one_line_however_much_is_subscribed()
    {
        await FishForMessageAsync<Warning>(w => w.ToString().Contains("MaxAttempts sets no cap", StringComparison.Ordinal), Patience);
        await PublishAsync("t", 1);
        var member = await SubscribeAsync(new Subscribe("t", "g"));
        await SubscribeAsync(new Subscribe("t", "h"));
        await member.ExpectMsgAsync<Delivery>(Patience);

        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Assert.All((await AskHubAsync<GroupList>(new ListGroups())).Groups, g => Assert.Equal(0, g.Rules.Retry.MaxAttempts));
    }
}
