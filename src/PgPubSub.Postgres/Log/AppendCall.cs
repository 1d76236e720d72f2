using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Log;

/// <summary>Turns appends into calls.</summary>
internal static class AppendCall
{
    /// <summary>One append.</summary>
    public static Call Of(PendingAppend append) => new EventColumns(append.Events.Count).Add(append.Events)
        .AddTo(new Call(Sql.Append).Add(append.Topic.Value).Add(append.KnownTail));

    /// <summary>Several, each of another topic, in the order of their topics.</summary>
    public static Call Of(IReadOnlyList<PendingAppend> appends)
    {
        var total = appends.Sum(append => append.Events.Count);
        var (topics, known, counts, places) = (new int[appends.Count], new long[appends.Count], new int[appends.Count], new int[total]);
        var (columns, next) = (new EventColumns(total), 0);
        for (var i = 0; i < appends.Count; i++)
        {
            (topics[i], known[i], counts[i]) = (appends[i].Topic.Value, appends[i].KnownTail, appends[i].Events.Count);
            Array.Fill(places, i + 1, next, counts[i]);
            next += counts[i];
            columns.Add(appends[i].Events);
        }

        return columns.AddTo(new Call(Sql.AppendMany).Add(topics).Add(known).Add(counts).Add(places));
    }
}
