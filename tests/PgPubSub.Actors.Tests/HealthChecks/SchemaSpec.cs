using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Postgres;

namespace PgPubSub.Actors.Tests.HealthChecks;

public sealed class SchemaSpec : HealthSpec
{
    [Fact]
    public async Task A_schema_that_is_not_there_or_old_is_told_with_what_it_lacks_until_it_is_brought_up_to_date()
    {
        var host = await StartAsync(options => options.AutoMigrate = false);
        await UntilAsync(host, "pgpubsub.schema", HealthStatus.Unhealthy, $"Schema {Schema} is not there: call MigrateAsync");
        await UntilAsync(host, "pgpubsub.node", HealthStatus.Unhealthy, "not registered", "lacks core/1");

        await MigrateAsync();
        await RunAsync($"CREATE TABLE {Schema}.kept AS SELECT * FROM {Schema}.migration WHERE version >= 16; DELETE FROM {Schema}.migration WHERE version >= 16");
        var old = await UntilAsync(host, "pgpubsub.schema", HealthStatus.Unhealthy, "older than this program and lacks migrations 16, 17");
        Assert.Equal(15, old.Data["version"]);
        await UntilAsync(host, "pgpubsub.node", HealthStatus.Unhealthy, "lacks core/16, core/17");

        await RunAsync($"INSERT INTO {Schema}.migration SELECT * FROM {Schema}.kept");
        await UntilHealthyAsync(host);
    }

    [Fact]
    public async Task A_schema_that_is_newer_is_healthy_unless_it_is_marked_breaking()
    {
        var host = await StartAsync();
        await UntilHealthyAsync(host);

        await RunAsync($"INSERT INTO {Schema}.migration (line, version, name, checksum, breaking) VALUES ('core', 9001, 'later', '', false)");
        await UntilAsync(host, "pgpubsub.schema", HealthStatus.Healthy, "version 9001, newer than this program, which works with it");
        await RunAsync($"UPDATE {Schema}.migration SET breaking = true WHERE version = 9001");
        await UntilAsync(host, "pgpubsub.schema", HealthStatus.Unhealthy, "marked breaking: update the program");
        await RunAsync($"DELETE FROM {Schema}.migration WHERE version = 9001; UPDATE {Schema}.migration SET checksum = 'x' || checksum WHERE version = 1");
        await UntilAsync(host, "pgpubsub.schema", HealthStatus.Unhealthy, "made by another program's migrations");
        await RunAsync($"UPDATE {Schema}.migration SET checksum = substr(checksum, 2) WHERE version = 1");
        await UntilHealthyAsync(host);
    }

    [Fact]
    public async Task An_old_schema_that_the_node_brings_up_to_date_itself_is_degraded()
    {
        var host = await StartAsync();
        await UntilHealthyAsync(host);
        await RunAsync($"CREATE TABLE {Schema}.kept AS SELECT * FROM {Schema}.migration WHERE version = 17; DELETE FROM {Schema}.migration WHERE version = 17");
        await UntilAsync(host, "pgpubsub.schema", HealthStatus.Degraded, "lacks migration 17. The node brings it up to date");
        await RunAsync($"INSERT INTO {Schema}.migration SELECT * FROM {Schema}.kept");
        await UntilAsync(host, "pgpubsub.schema", HealthStatus.Healthy);
    }

    private async Task MigrateAsync()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = Schema });
        await store.MigrateAsync();
    }
}
