using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.HotPath;

/// <summary>Nothing on the publish or claim path updates a row.</summary>
public sealed class UpdatesSpec : StoreSpec
{
    [Fact]
    public async Task Ten_thousand_publishes_and_the_claims_of_them_update_no_row()
    {
        const int Count = 10_000;
        await using (var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = Schema }))
        {
            var topic = await TopicAsync();
            var group = await GroupAsync(topic);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                for (var i = 0; i < Count / 4 / 25; i++)
                    await store.Log.AppendAsync(topic, 0, Events.Many(25));
            }));
            var claimed = 0;
            await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
            {
                var node = await NodeAsync(store);
                while (await store.ClaimAsync(group, node, most: 64) is { IsEmpty: false } page)
                {
                    Assert.True(await store.SettleAsync(group, node, page.Whole()));
                    Interlocked.Add(ref claimed, page.Events.Count);
                }
            }));
            Assert.Equal(Count, claimed);
        }

        // A session tells its counts when it ends.
        await Direct.UntilAsync($"SELECT n_tup_ins = {Count} FROM pg_stat_user_tables WHERE relid = '{Schema}.event'::regclass");
        await Direct.UntilAsync($"SELECT n_tup_ins > 0 AND n_tup_ins = n_tup_del FROM pg_stat_user_tables WHERE relid = '{Schema}.lease'::regclass");
        Assert.Equal(
            [], await Direct.ListAsync<string>($"SELECT relname::text FROM pg_stat_user_tables WHERE schemaname = '{Schema}' AND relname IN ('event', 'topic', 'cursor', 'lease') AND n_tup_upd > 0"));
    }
}
