using PgPubSub.Core.Topics;
using PgPubSub.Core.Faults;
using PgPubSub.Postgres.Schema;
using PgPubSub.Testing;

namespace PgPubSub.Postgres.Tests.Schema;

/// <summary>Servers that can't keep the promises are refused by name.</summary>
public sealed class ServerCheckSpec : StoreSpec
{
    [Theory]
    [InlineData(130012, "UTF8", false, "13")]
    [InlineData(150003, "SQL_ASCII", false, "SQL_ASCII")]
    [InlineData(150003, "UTF8", true, "standby")]
    public void A_server_is_refused_by_what_is_wrong_with_it(int version, string encoding, bool standby, string named) =>
        Assert.Contains(named, ServerCheck.Problem(version, encoding, standby), StringComparison.Ordinal);

    [Fact]
    public void A_primary_of_version_14_in_UTF8_is_accepted() => Assert.Null(ServerCheck.Problem(140000, "UTF8", false));

    [Fact]
    public async Task A_database_that_is_not_UTF8_is_refused()
    {
        var database = Schema + "_ascii";
        await Direct.RunAsync($"CREATE DATABASE {database} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        try
        {
            var store = Open(o => o.ConnectionString = With(c => c.Database = database));

            var refused = await Assert.ThrowsAsync<StoreException>(() => store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None));

            Assert.Equal(FaultKind.Schema, refused.Kind);
            Assert.Contains("SQL_ASCII", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Direct.RunAsync($"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    [FactOfServerBinaries]
    public async Task A_standby_is_refused_and_a_primary_that_became_one_is_a_fault_that_may_pass()
    {
        await using var server = await ThrowawayServer.StartAsync();
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = server.ConnectionString });
        var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
        await server.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "standby.signal"), "");
        await server.RestartAsync();

        await using var late = new PostgresStore(new PostgresStoreOptions { ConnectionString = server.ConnectionString });
        var refused = await Assert.ThrowsAsync<StoreException>(() => late.MigrateAsync());
        Assert.Equal(FaultKind.Schema, refused.Kind);
        Assert.Contains("standby", refused.Message, StringComparison.Ordinal);

        // The first call may meet a connection that died with the server.
        await Assert.ThrowsAsync<StoreException>(() => store.Log.AppendAsync(topic, 0, Events.Many(1)));
        Assert.Equal(FaultKind.Transient, (await Assert.ThrowsAsync<StoreException>(() => store.Log.AppendAsync(topic, 0, Events.Many(1)))).Kind);
    }
}
