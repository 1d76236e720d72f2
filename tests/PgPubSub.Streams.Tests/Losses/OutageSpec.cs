using PgPubSub.Actors;
using PgPubSub.Core.Stores;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Streams.Tests;

public sealed class OutagePostgresSpec : OutageSpec;

public sealed class OutageInMemorySpec : OutageSpec
{
    protected override bool InMemory => true;
}

/// <summary>A database that is lost on command, on both stores.</summary>
public abstract class OutageSpec : StreamSpec
{
    protected override LossyPlan Lossy { get; } = new(seed: 1, LossRates.None);

    [Fact]
    public async Task What_is_published_in_an_outage_is_committed_once_when_it_is_over()
    {
        await PublishAsync("t", 1);
        Lossy.BeginOutage();
        var publisher = CreateTestProbe();
        Hub.Tell(new Publish("t", new Number(2)), publisher);
        await AwaitConditionAsync(() => Task.FromResult(Lossy.Count(Loss.Outage, nameof(ILogStore.AppendAsync)) > 2), Patience);
        Assert.False(publisher.HasMessages);

        Lossy.EndOutage();

        Assert.Equal(1, (await publisher.ExpectMsgAsync<Published>(Patience)).Offset);
        await PublishAsync("t", 3);
        Assert.Equal(3, Assert.Single((await AskHubAsync<TopicList>(new ListTopics("t"))).Topics).Tail);
    }
}
