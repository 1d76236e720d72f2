namespace PgPubSub.Benchmarks.Labs;

/// <summary>Looks into the library's tables after a measurement.</summary>
internal static class LogCheck
{
    /// <summary>Requires that so many events are in the log in all, and each topic's offsets are without a gap.</summary>
    public static async Task RequireLogAsync(Server server, string schema, long events)
    {
        var gaps = await server.AskAsync<long>(
            $"""SELECT count(*) FROM (SELECT max(e."offset") + 1 - t.floor AS due, count(*) AS here FROM {schema}.event e JOIN {schema}.topic t ON t.id = e.topic WHERE e."offset" >= t.floor GROUP BY t.id, t.floor) x WHERE due <> here""");
        CheckFailedException.Require(gaps == 0, $"{gaps} topics have a gap.");
        var tails = await server.AskAsync<long>($"""SELECT coalesce(sum(tail), 0)::bigint FROM (SELECT max("offset") + 1 AS tail FROM {schema}.event GROUP BY topic) x""");
        CheckFailedException.Require(tails == events, $"The log has {tails} events in place of {events}.");
    }

    /// <summary>Requires that no group holds anything.</summary>
    public static async Task RequireSettledAsync(Server server, string schema)
    {
        var held = await server.AskAsync<long>($"SELECT (SELECT count(*) FROM {schema}.lease) + (SELECT count(*) FROM {schema}.retry)");
        CheckFailedException.Require(held == 0, $"{held} leases and retries are left.");
    }
}
