using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests;

/// <summary>How far a trim goes, to the event: four events an hour old, four half an hour old, four new, and a group that has settled what is claimed.</summary>
public sealed class RetentionSpec : InMemorySpec
{
    private const long All = 12;

    public static TheoryData<Retention, long, long, long> Cases() => new()
    {
        // what is kept, claimed and settled, expected floor, expected to be forced
        { Retention.Forever, All, 0, 0 },
        { new Retention { Count = 0 }, All, 8, 0 },
        { new Retention { Count = 5 }, All, 7, 0 },
        { new Retention { Count = 5 }, 6, 1, 0 },
        { new Retention { Count = 99 }, All, 0, 0 },
        { new Retention { Age = TimeSpan.FromMinutes(45) }, All, 4, 0 },
        { new Retention { Age = TimeSpan.FromMinutes(45) }, 2, 2, 0 },
        { new Retention { Age = TimeSpan.FromMinutes(5) }, All, 8, 0 },
        { new Retention { Age = TimeSpan.FromMinutes(45), Count = 10 }, All, 4, 0 },
        { new Retention { Age = TimeSpan.FromMinutes(45), Count = 5 }, All, 7, 0 },
        { new Retention { MaxBacklogEvents = 3 }, 6, 9, 3 },
        { new Retention { MaxBacklogEvents = 3 }, All, 9, 0 },
        { new Retention { MaxBacklogEvents = 99 }, 0, 0, 0 },
        { new Retention { MaxBacklogAge = TimeSpan.FromMinutes(45) }, 1, 4, 3 },
        { new Retention { MaxBacklogAge = TimeSpan.FromMinutes(45), MaxBacklogEvents = 2 }, 1, 10, 9 },
        { new Retention { Count = 0, MaxBacklogEvents = 10 }, 0, 2, 2 },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public async Task A_trim_goes_as_far_as_the_rule_says(Retention retention, long settled, long floor, long forced)
    {
        var topic = await TopicAsync(retention: retention);
        var (group, node) = (await GroupAsync(topic), await NodeAsync());
        foreach (var wait in new[] { 30, 30, 0 })
        {
            await Store.Log.AppendAsync(topic, 0, Events.Many(4));
            Clock.Advance(TimeSpan.FromMinutes(wait));
        }

        if (settled > 0)
            await SettleAsync(group, node, await ClaimAsync(group, node, (int)settled));

        Assert.Equal(new TrimResult(floor, 0, forced, 0), await Store.Topics.TrimAsync(topic, CancellationToken.None));
        Assert.Equal(All - floor, (await OffsetsAsync(topic)).Count);
        Assert.Equal(new TrimResult(floor, floor, 0, 0), await Store.Topics.TrimAsync(topic, CancellationToken.None));
    }

    [Fact]
    public async Task A_mark_below_the_floor_is_told_the_floor_and_holds_nothing_that_is_gone()
    {
        var topic = await TopicAsync(retention: new Retention { Count = 0 });
        await Store.Log.AppendAsync(topic, 0, Events.Many(4));
        await Store.Topics.ClearTopicAsync(topic, CancellationToken.None);

        Assert.Equal([4L], await Store.Nodes.MarkAsync(await NodeAsync(), [new TopicMark(topic, 1)]));

        await Store.Log.AppendAsync(topic, 4, Events.Many(4));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, (await Store.Topics.TrimAsync(topic, CancellationToken.None)).Floor);
    }

    [Fact]
    public async Task Dead_letters_go_when_they_are_over_their_age()
    {
        var topic = await TopicAsync(retention: new Retention { DeadLetterAge = TimeSpan.FromHours(1) });
        await Store.Log.AppendAsync(topic, 0, Events.Many(2));
        var failure = new Core.Deliveries.Failure(0, 5, TimeSpan.Zero, "it failed", Bury: true);
        await Store.Deliveries.BuryPrivateAsync(topic, "a", failure);
        Clock.Advance(TimeSpan.FromHours(1));
        await Store.Deliveries.BuryPrivateAsync(topic, "b", failure);
        Assert.Equal(0, (await Store.Topics.TrimAsync(topic, CancellationToken.None)).DeadLetters);

        Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(1, (await Store.Topics.TrimAsync(topic, CancellationToken.None)).DeadLetters);
        Assert.Equal(1, (await Store.Topics.ListTopicsAsync("orders", CancellationToken.None)).Single().DeadLetters);
    }

    [Fact]
    public async Task The_age_of_a_lag_is_that_of_the_first_event_that_was_never_claimed()
    {
        var topic = await TopicAsync();
        var (group, node) = (await GroupAsync(topic), await NodeAsync());
        await Store.Log.AppendAsync(topic, 0, Events.Many(2));
        await ClaimAsync(group, node, most: 1);
        Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(TimeSpan.FromMinutes(3), (await StatusAsync()).LagAge);
        await ClaimAsync(group, node);
        Assert.Null((await StatusAsync()).LagAge);
    }

    private async Task<GroupStatus> StatusAsync() => (await Store.Subscriptions.ListGroupsAsync("orders", null, CancellationToken.None)).Single();
}
