using PgPubSub.Core.Topics;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Connections;

/// <summary>Whatever the role's defaults are, transactions are READ COMMITTED and may write.</summary>
public sealed class RoleDefaultsSpec : StoreSpec
{
    [Theory]
    [InlineData("default_transaction_isolation=repeatable\\ read")]
    [InlineData("default_transaction_isolation=serializable")]
    [InlineData("default_transaction_read_only=on")]
    [InlineData("synchronous_commit=off")]
    [InlineData("default_transaction_deferrable=on")]
    [InlineData("search_path=nowhere")]
    public async Task Everything_works_under_a_default_that_would_break_it(string setting)
    {
        var store = Open(o => o.ConnectionString = With(c => c.Options = "-c " + setting));
        var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.Log.AppendAsync(topic, 0, Events.Many(5))));
        var group = (await store.Subscriptions.EnsureGroupAsync(topic, "billing", StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None)).Key;
        var node = await NodeAsync(store);

        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.ClaimAsync(group, node, most: 10)));

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), pages.SelectMany(p => p.Events).Select(e => e.Offset).Order());
        Assert.True(await store.SettleAsync(group, node, pages[0].Failed(Claims.Nack(pages[0].Lo), Claims.Bury(pages[0].Lo + 1))));
        Assert.Single(await store.ClaimRetriesAsync(group, node));
        Assert.NotNull(await store.Nodes.BeatAsync(node, keepsLock: false));
        await store.Subscriptions.SeekAsync(group, StartFrom.Offset(0));
        await store.Nodes.DepartAsync(node);
    }

    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "local")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task A_write_is_confirmed_when_it_is_safe_even_where_the_default_says_otherwise(string byDefault, string inTheTransaction)
    {
        await Store.MigrateAsync();
        var topic = await TopicAsync();
        await using var sessions = new Sessions(With(c => c.Options = "-c synchronous_commit=" + byDefault), Schema);
        foreach (var write in new[]
        {
            $$"""SELECT pgpubsub.append_v1({{topic.Value}}, 0, ARRAY[gen_random_uuid()], '{test}', NULL, '{"1"}', NULL, NULL, NULL, '{1}')""",
            "SELECT pgpubsub.settle_whole_v1(1, 1, 1, 1, gen_random_uuid(), gen_random_uuid())",
            "SELECT pgpubsub.bury_private_v1(1, 'x', 0, 1, 'x')",
        })
        {
            await using var session = await sessions.OpenAsync();
            await sessions.RunAsync(session, "BEGIN");
            await sessions.RunAsync(session, write);
            Assert.Equal(inTheTransaction, await sessions.ScalarAsync<string>(session, "SELECT current_setting('synchronous_commit')"));
            await sessions.RunAsync(session, "ROLLBACK");
            Assert.Equal(byDefault, await sessions.ScalarAsync<string>(session, "SELECT current_setting('synchronous_commit')"));
        }
    }
}
