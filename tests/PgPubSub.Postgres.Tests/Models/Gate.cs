using Npgsql;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>
/// Holds a transaction of a connection at its commit, with all its locks and seen by nobody, and lets it commit or roll back. A deferred constraint trigger on
/// every table runs there; it waits for an advisory lock that bears the name of its connection's application.
/// </summary>
/// <param name="direct">Sessions beside the stores.</param>
/// <param name="session">The session that holds the gates.</param>
internal sealed class Gate(Sessions direct, NpgsqlConnection session)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Tables =
        ["topic", "event", "subscription", "cursor", "lease", "retry", "dead_letter", "node", "mark", "pattern", "duty", "dropped_topic"];

    public static async Task BuildAsync(Sessions direct)
    {
        await direct.RunAsync("""
            CREATE FUNCTION pgpubsub.gate() RETURNS trigger LANGUAGE plpgsql AS $f$
            BEGIN
              PERFORM pg_advisory_xact_lock_shared(hashtextextended(current_setting('application_name'), 1));
              IF NOT pg_try_advisory_xact_lock_shared(hashtextextended(current_setting('application_name'), 2)) THEN
                RAISE EXCEPTION 'it is to be rolled back' USING ERRCODE = '40001';
              END IF;
              RETURN NULL;
            END $f$
            """);
        foreach (var table in Tables)
        {
            await direct.RunAsync(
                $"CREATE CONSTRAINT TRIGGER gate AFTER INSERT OR UPDATE OR DELETE ON pgpubsub.{table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pgpubsub.gate()");
        }
    }

    public async Task CloseAsync(string application) => await AskAsync("SELECT pg_advisory_lock(hashtextextended($1, 1)) IS NULL", application);

    /// <summary>Lets go what is held.</summary>
    public async Task OpenAsync(string application, bool rollBack)
    {
        if (rollBack)
            await AskAsync("SELECT pg_advisory_lock(hashtextextended($1, 2)) IS NULL", application);
        await AskAsync("SELECT pg_advisory_unlock(hashtextextended($1, 1))", application);
    }

    /// <summary>After what was rolled back.</summary>
    public Task ForgetAsync(string application) => AskAsync("SELECT pg_advisory_unlock(hashtextextended($1, 2))", application);

    /// <summary>Waits until a call has ended or stands at its gate; whether it stands there.</summary>
    public Task<bool> IsHeldAsync(Task call, string application) => UntilAsync(
        call, "SELECT EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = $1 AND a.wait_event_type = 'Lock' AND pg_backend_pid() = ANY (pg_blocking_pids(a.pid)))",
        application);

    /// <summary>Waits until a call has ended or waits for a lock that another connection holds; whether it waits.</summary>
    public Task<bool> WaitsAsync(Task call, string application, string holder) => UntilAsync(
        call,
        """
        SELECT EXISTS (
          SELECT FROM pg_stat_activity a JOIN pg_stat_activity h ON h.application_name = $2
          WHERE a.application_name = $1 AND a.wait_event_type = 'Lock' AND h.pid = ANY (pg_blocking_pids(a.pid)))
        """,
        application, holder);

    private async Task<bool> UntilAsync(Task call, string sql, params string[] applications)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!call.IsCompleted)
        {
            if (await AskAsync(sql, applications))
                return true;
            late.Token.ThrowIfCancellationRequested();
        }

        return false;
    }

    private async Task<bool> AskAsync(string sql, params string[] applications)
    {
        await using var command = direct.Command(sql, session);
        foreach (var application in applications)
            command.Parameters.AddWithValue(application);
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
