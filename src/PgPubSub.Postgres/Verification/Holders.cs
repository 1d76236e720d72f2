using Npgsql;

namespace PgPubSub.Postgres.Verification;

/// <summary>Reads who holds something back, and says it.</summary>
internal static class Holders
{
    public static Holder Of(NpgsqlDataReader row, int at) => new(
        row.IsDBNull(at) ? null : row.GetInt32(at), row.GetString(at + 1), row.IsDBNull(at + 2) ? null : row.GetString(at + 2), row.GetString(at + 3),
        row.IsDBNull(at + 4) ? null : row.GetTimeSpan(at + 4));

    /// <summary>A row of the look at sessions: a holder, or whether those of all roles are seen.</summary>
    public static (Holder? Holder, bool SeesAll) OfSessions(NpgsqlDataReader row) => row.IsDBNull(5) ? (Of(row, 0), true) : (null, row.GetBoolean(5));

    public static string HoldsBack(Holder holder) => $"{Name(holder)} keeps dead rows from being taken away{Since(holder)}.";

    public static string Locks(Holder holder, string table, bool granted) =>
        $"{Name(holder)} {(granted ? "has locked" : "waits for a lock on")} table {table}{Since(holder)}.";

    private static string Name(Holder holder) => holder.Pid is { } pid ? $"Session {pid} ({holder.Name}, {holder.State})" : $"The {holder.State} {holder.Name}";

    private static string Since(Holder holder) => holder.Age is { } age ? $", {age:d\\.hh\\:mm\\:ss} long" : "";
}
