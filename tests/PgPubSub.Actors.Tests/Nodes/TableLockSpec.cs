using Akka.Actor;
using Npgsql;

namespace PgPubSub.Actors.Tests.Nodes;

public sealed class TableLockSpec : HubSpec
{
    [Fact]
    public async Task A_node_whose_calls_all_hang_behind_a_table_lock_stays_alive_and_goes_on_when_it_is_gone()
    {
        await PublishAsync("t", 0);
        await UntilAsync($"SELECT count(*) = 1 FROM {Schema}.node"); // a publish needs no registration
        var node = await AskAsync<Guid>($"SELECT id FROM {Schema}.node");
        await using (var stranger = new NpgsqlConnection(ConnectionString))
        {
            await stranger.OpenAsync();
            await using var transaction = await stranger.BeginTransactionAsync();
            await using (var command = new NpgsqlCommand($"LOCK TABLE {Schema}.event IN ACCESS EXCLUSIVE MODE", stranger, transaction))
                await command.ExecuteNonQueryAsync();
            for (var i = 0; i < 10; i++)
                Hub.Tell(new Publish($"t{i}", new Number(i)), TestActor);
            await UntilAsync($"SELECT count(*) >= 2 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{Schema}%'");
            await using var seen = new NpgsqlCommand($"SELECT seen_at FROM {Schema}.node", stranger, transaction);
            var before = (DateTime)(await seen.ExecuteScalarAsync())!;

            // Twice its time-to-live later it has beaten all along.
            await UntilAsync($"SELECT max(seen_at) > '{before:O}'::timestamptz + interval '6 seconds' FROM {Schema}.node");
            Assert.True((await Hub.Ask<Health>(GetHealth.Instance, Patience)).IsHealthy);
        }

        for (var i = 0; i < 10; i++)
            await ExpectMsgAsync<Published>(Patience);
        Assert.Equal(node, await AskAsync<Guid>($"SELECT id FROM {Schema}.node"));
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.MaxConnections, options.TimeToLive) = (4, TimeSpan.FromSeconds(3));
        return options;
    }
}
