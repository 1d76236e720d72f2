using Npgsql;

namespace PgPubSub.Benchmarks.Labs;

/// <summary>The server's settings that decide whether a confirmed commit survives a crash.</summary>
internal sealed record Durability(string Version, string Fsync, string FullPageWrites, string SynchronousCommit)
{
    public bool IsOn => Fsync == "on" && FullPageWrites == "on" && SynchronousCommit is "on" or "remote_apply" or "remote_write" or "local";

    public static async Task<Durability> ReadAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Durability(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
    }

    public override string ToString() => $"fsync {Fsync}, full_page_writes {FullPageWrites}, synchronous_commit {SynchronousCommit}";
}
