using PgPubSub.Postgres.Tests.Leases;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Subscriptions;

/// <summary>Where a group starts, and what is kept of it.</summary>
public sealed class GroupSpec : StoreSpec
{
    private TopicId _topic;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _topic = await TopicAsync();
        await AppendAsync(_topic, 10);
    }

    public static TheoryData<StartFrom, long> Starts() => new()
    {
        { StartFrom.Earliest, 0 }, { StartFrom.Latest, 10 }, { StartFrom.Offset(4), 4 }, { StartFrom.Offset(99), 99 },
        { StartFrom.Time(DateTimeOffset.UnixEpoch), 0 }, { StartFrom.Time(DateTimeOffset.MaxValue.AddYears(-1)), 10 },
    };

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task A_new_group_starts_where_it_is_told_to(StartFrom from, long place)
    {
        var group = await EnsureAsync(from, GroupRules.Default);

        Assert.Equal((true, 1L, place), (group.Created, group.Generation, group.Position));
        Assert.Equal(place, await Store.Log.LocateAsync(_topic, from, CancellationToken.None));
    }

    [Fact]
    public async Task A_time_means_the_first_event_that_is_not_older()
    {
        await Direct.RunAsync("""UPDATE pgpubsub.event SET published_at = '2030-01-01T12:00:00Z'::timestamptz + ("offset" / 2) * interval '1 minute'""");
        var noon = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(0, await Store.Log.LocateAsync(_topic, StartFrom.Time(noon), CancellationToken.None));
        Assert.Equal(6, await Store.Log.LocateAsync(_topic, StartFrom.Time(noon.AddMinutes(3)), CancellationToken.None));
        Assert.Equal(8, await Store.Log.LocateAsync(_topic, StartFrom.Time(noon.AddMinutes(3.5)), CancellationToken.None));
    }

    [Fact]
    public async Task A_start_below_the_floor_is_moved_up_to_it()
    {
        await MakeOldAsync(_topic);
        await Store.TrimAsync(_topic, keep: 3);

        Assert.Equal((7, 7), await PlaceAsync(StartFrom.Offset(2)));
        Assert.Equal(7, await Store.Log.LocateAsync(_topic, StartFrom.Earliest, CancellationToken.None));
    }

    [Fact]
    public async Task A_group_that_is_there_stays_where_it_stands_and_takes_the_new_rules()
    {
        var made = await EnsureAsync(StartFrom.Offset(3), GroupRules.Default);
        var rules = new GroupRules(TimeSpan.FromSeconds(5), new RetryRules(7, TimeSpan.FromSeconds(2), 3, TimeSpan.FromSeconds(9)));

        var found = await EnsureAsync(StartFrom.Latest, rules);

        Assert.Equal((false, made.Key, 3L), (found.Created, found.Key, found.Position));
        Assert.Equal(
            "5000|7|2000|3|9000",
            await Direct.ScalarAsync<string>("SELECT concat_ws('|', deadline_ms, max_attempts, retry_first_ms, retry_factor, retry_most_ms) FROM pgpubsub.subscription"));
    }

    [Fact]
    public async Task Many_who_make_the_same_group_make_one()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => EnsureAsync(StartFrom.Earliest, GroupRules.Default)));

        Assert.Single(made.Select(g => g.Key).Distinct());
        Assert.Single(made, g => g.Created);
    }

    [Fact]
    public async Task Many_who_make_the_same_topic_make_one()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.Log.EnsureTopicAsync("new", Retention.Default, CancellationToken.None)));

        Assert.Single(made.Distinct());
    }

    [Fact]
    public async Task A_group_of_a_topic_that_is_not_there_is_told_as_gone()
    {
        var gone = await Assert.ThrowsAsync<StoreException>(() => Store.Subscriptions.EnsureGroupAsync(
            new TopicId(9_999), "billing", StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None));

        Assert.Equal(FaultKind.Gone, gone.Kind);
    }

    private Task<GroupState> EnsureAsync(StartFrom from, GroupRules rules) =>
        Store.Subscriptions.EnsureGroupAsync(_topic, "billing", from, rules, change: true, CancellationToken.None);

    private async Task<(long Position, long Floor)> PlaceAsync(StartFrom from)
    {
        var group = await EnsureAsync(from, GroupRules.Default);
        return (group.Position, group.Floor);
    }
}
