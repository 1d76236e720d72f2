using PgPubSub.Postgres.Verification;

namespace PgPubSub.Postgres.Tests.Verification;

/// <summary>What is damaged by hand is found, and nothing else.</summary>
public sealed class DamagesSpec : VerifySpec
{
    private const string NewLease = "INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node) SELECT topic, id,";
    private const string NewRetry = """INSERT INTO pgpubsub.retry (topic, subscription, attempts, due_at, why, "offset", event_id) SELECT topic, id, 1, now(), 'it failed',""";
    private const string NewLetter = """
        INSERT INTO pgpubsub.dead_letter (topic, subscription, subscriber, "offset", event_id, type, published_at, attempts, why)
        SELECT topic, subscription, subscriber, "offset", event_id, type, published_at, attempts, why FROM pgpubsub.dead_letter
        """;

    [Theory]
    [InlineData(FindingKind.Gap, 8, "DELETE FROM pgpubsub.event WHERE \"offset\" = 8")]
    [InlineData(FindingKind.EventDoubled, 9, "UPDATE pgpubsub.event SET event_id = (SELECT event_id FROM pgpubsub.event WHERE \"offset\" = 1) WHERE \"offset\" = 9")]
    [InlineData(FindingKind.TimeGoesBack, 8, "UPDATE pgpubsub.event SET published_at = published_at - interval '1 second' WHERE \"offset\" = 8")]
    [InlineData(FindingKind.GroupWithoutCursor, null, "DELETE FROM pgpubsub.cursor")]
    [InlineData(FindingKind.CursorPastHead, 11, "UPDATE pgpubsub.cursor SET hi = 11")]
    [InlineData(FindingKind.CursorBelowFloor, 8, "UPDATE pgpubsub.topic SET floor = 9")]
    [InlineData(FindingKind.CursorLeftBehind, 3, "INSERT INTO pgpubsub.cursor SELECT topic, subscription, generation, 3 FROM pgpubsub.cursor")]
    [InlineData(FindingKind.LeasesOverlap, 2, NewLease + " 1, 2, 4, gen_random_uuid(), (SELECT id FROM pgpubsub.node) FROM pgpubsub.subscription")]
    [InlineData(FindingKind.LeaseOfOldGeneration, 0, NewLease + " 0, 0, 1, gen_random_uuid(), (SELECT id FROM pgpubsub.node) FROM pgpubsub.subscription")]
    [InlineData(FindingKind.LeaseBeyondCursor, 8, NewLease + " 1, 8, 9, gen_random_uuid(), (SELECT id FROM pgpubsub.node) FROM pgpubsub.subscription")]
    [InlineData(FindingKind.LeaseWithoutNode, 0, "UPDATE pgpubsub.lease SET node = gen_random_uuid() WHERE lo = 0")]
    [InlineData(FindingKind.RetryWithoutNode, 4, "UPDATE pgpubsub.retry SET node = gen_random_uuid(), token = gen_random_uuid()")]
    [InlineData(FindingKind.RetryWithoutEvent, 100, NewRetry + " 100, NULL FROM pgpubsub.subscription")]
    [InlineData(FindingKind.RetryInsideLease, 6, NewRetry + " 6, NULL FROM pgpubsub.subscription")]
    [InlineData(FindingKind.DeadLetterDoubled, 5, "ALTER TABLE pgpubsub.dead_letter DROP CONSTRAINT dead_letter_once; " + NewLetter)]
    [InlineData(FindingKind.DeadLetterDoubled, 5, "DROP INDEX pgpubsub.dead_letter_private_once; UPDATE pgpubsub.dead_letter SET subscription = NULL; " + NewLetter)]
    [InlineData(FindingKind.MarkWithoutNode, 7, "INSERT INTO pgpubsub.mark (topic, node, low) SELECT id, gen_random_uuid(), 7 FROM pgpubsub.topic")]
    public async Task Each_kind_of_damage_is_found_where_it_is(FindingKind kind, int? offset, string damage)
    {
        await Direct.RunAsync(damage);

        var finding = Assert.Single((await Store.VerifyAsync(Options)).Findings);

        Assert.Equal((kind, offset, "orders"), (finding.Kind, (int?)finding.Offset, finding.Topic));
        Assert.Equal(kind is FindingKind.Gap or FindingKind.EventDoubled or FindingKind.TimeGoesBack or FindingKind.MarkWithoutNode ? null : "billing", finding.Group);
        Assert.NotEmpty(finding.What);
        Assert.NotEmpty(finding.Advice);
        Assert.Null(finding.Holder);
    }

    [Theory]
    [InlineData("a retry that brings its event along", NewRetry + " 100, gen_random_uuid() FROM pgpubsub.subscription")]
    [InlineData("a retry of an offset that its lease has settled", NewRetry + " 5, NULL FROM pgpubsub.subscription")]
    [InlineData("events below the floor that are not swept yet", "UPDATE pgpubsub.topic SET floor = 3")]
    [InlineData("a sweep half done", "UPDATE pgpubsub.topic SET floor = 3; DELETE FROM pgpubsub.event WHERE \"offset\" < 2")]
    [InlineData("a group that a limit of the backlog went past", "UPDATE pgpubsub.topic SET floor = 9, backlog_count = 1")]
    [InlineData("the dead letters of a private subscriber and of a group", "UPDATE pgpubsub.dead_letter SET subscription = NULL; " + NewLetter + "; UPDATE pgpubsub.dead_letter SET subscription = 7 WHERE id = 1")]
    public async Task What_may_be_is_no_finding(string what, string sql)
    {
        await Direct.RunAsync(what.StartsWith("the dead", StringComparison.Ordinal) ? "DROP INDEX pgpubsub.dead_letter_private_once; " + sql : sql);

        var report = await Store.VerifyAsync(Options);

        Assert.Empty(report.Findings);
    }

    [Fact]
    public async Task A_gap_of_many_is_one_finding_and_pages_don_t_hide_what_lies_at_their_border()
    {
        await AppendAsync(Topic, 9_995); // to 10,004
        await Direct.RunAsync("DELETE FROM pgpubsub.event WHERE \"offset\" BETWEEN 9999 AND 10001; UPDATE pgpubsub.event SET event_id = (SELECT event_id FROM pgpubsub.event WHERE \"offset\" = 1) WHERE \"offset\" = 10004");

        var report = await Store.VerifyAsync(Options);

        Assert.Equal([(FindingKind.Gap, 9_999), (FindingKind.EventDoubled, 10_004)], report.Findings.Select(f => (f.Kind, f.Offset)));
        Assert.Equal(10_002, report.Events);
        Assert.Equal(1, report.Topics);
    }

    [Fact]
    public async Task Dead_letters_of_more_than_a_page_are_looked_at_one_offset_after_the_other()
    {
        await Direct.RunAsync("""
            ALTER TABLE pgpubsub.dead_letter DROP CONSTRAINT dead_letter_once;
            INSERT INTO pgpubsub.dead_letter (topic, subscription, subscriber, "offset", event_id, type, published_at, attempts, why)
            SELECT topic, subscription, subscriber, n, event_id, type, published_at, attempts, why FROM pgpubsub.dead_letter, generate_series(6, 10003) n;
            INSERT INTO pgpubsub.dead_letter (topic, subscription, subscriber, "offset", event_id, type, published_at, attempts, why)
            SELECT topic, subscription, subscriber, "offset", event_id, type, published_at, attempts, why FROM pgpubsub.dead_letter WHERE "offset" = 10003
            """);

        Assert.Equal([10_003L], (await Store.VerifyAsync(Options)).Findings.Select(f => f.Offset));
    }

    [Fact]
    public async Task Retries_of_more_than_a_page_are_all_looked_at()
    {
        await Direct.RunAsync(NewRetry + " n, CASE WHEN n < 20001 THEN gen_random_uuid() END FROM pgpubsub.subscription, generate_series(100, 20001) n");

        var finding = Assert.Single((await Store.VerifyAsync(Options)).Findings);

        Assert.Equal((FindingKind.RetryWithoutEvent, 20_001), (finding.Kind, finding.Offset));
    }
}
