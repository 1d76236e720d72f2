using Npgsql;

namespace PgPubSub.Cli.Tests;

/// <summary>Ctrl-C ends a verb that waits, with a code of its own.</summary>
public sealed class InterruptSpec : CliSpec
{
    [Fact]
    public async Task A_verb_that_waits_for_a_lock_is_interrupted()
    {
        await TopicAsync();
        await using var stranger = new NpgsqlConnection(Server);
        await stranger.OpenAsync();
        await using var locked = await stranger.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"LOCK TABLE {Schema}.topic IN ACCESS EXCLUSIVE MODE", stranger, locked))
            await command.ExecuteNonQueryAsync();
        using var run = Start("topics");
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await SqlAsync($"SELECT count(*) FROM pg_locks WHERE relation = '{Schema}.topic'::regclass AND NOT granted") == "0")
            late.Token.ThrowIfCancellationRequested();

        await run.SignalAsync("INT");

        Assert.Equal((130, "pgpubsub: Interrupted."), (await run.EndAsync(), await run.SaidAsync()));
    }
}
