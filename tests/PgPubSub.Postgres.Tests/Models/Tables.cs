namespace PgPubSub.Postgres.Tests.Models;

/// <summary>All that PostgreSQL holds of a history, in the lines of <see cref="MemoryContents"/>.</summary>
internal static class Tables
{
    // Of cursors the newest counts, as for a claim. A duty is free where its node's row is gone.
    private const string Lines = """
        WITH t AS (SELECT * FROM pgpubsub.topic WHERE starts_with(name, $1)),
        s AS (SELECT s.*, t.name AS topic_name, t.name || ' ' || s.name AS place FROM t JOIN pgpubsub.subscription s ON s.topic = t.id)
        SELECT format('topic %s %s %s %s %s %s %s', t.name, t.floor, t.keep_count, t.keep_age_ms, t.backlog_count, t.backlog_age_ms, t.dead_letter_age_ms) FROM t
        UNION ALL
        SELECT format('event %s %s %s', t.name, e."offset", e.event_id) FROM t JOIN pgpubsub.event e ON e.topic = t.id
        UNION ALL
        SELECT format('group %s %s %s %s %s %s %s %s %s', s.place, c.generation, c.hi, s.version, s.paused, s.deadline_ms, s.max_attempts, s.dead_letter, p.pattern)
        FROM s
        CROSS JOIN LATERAL (SELECT * FROM pgpubsub.cursor c WHERE c.topic = s.topic AND c.subscription = s.id ORDER BY c.generation DESC, c.hi DESC LIMIT 1) c
        LEFT JOIN pgpubsub.pattern p ON p.id = s.pattern
        UNION ALL
        SELECT format('lease %s %s %s %s %s %s %s', s.place, l.generation, l.lo, l.hi, l.token, l.node, coalesce(l.settled::text, repeat('0', (l.hi - l.lo)::integer)))
        FROM s JOIN pgpubsub.lease l ON l.topic = s.topic AND l.subscription = s.id
        UNION ALL
        SELECT format('retry %s %s %s %s %s %s %s %s %s', s.place, r."offset", r.attempts, r.deaths, r.due_at <= clock_timestamp(), r.node, r.token, r.suspect, r.event_id IS NOT NULL)
        FROM s JOIN pgpubsub.retry r ON r.topic = s.topic AND r.subscription = s.id
        UNION ALL
        SELECT format('letter %s %s %s %s %s %s %s', t.name, d."offset", d.subscriber, d.subscription IS NOT NULL, d.event_id, d.attempts, d.why)
        FROM t JOIN pgpubsub.dead_letter d ON d.topic = t.id
        UNION ALL
        SELECT format('mark %s %s %s', t.name, m.node, m.low) FROM t JOIN pgpubsub.mark m ON m.topic = t.id
        UNION ALL
        SELECT format('node %s', n.id) FROM pgpubsub.node n WHERE n.id = ANY ($2)
        UNION ALL
        SELECT format('duty %s %s', d.name, d.node) FROM pgpubsub.duty d JOIN pgpubsub.node n ON n.id = d.node WHERE starts_with(d.name, $1)
        UNION ALL
        SELECT format('pattern %s %s %s %s %s', p.pattern, p.name, p.deadline_ms, p.max_attempts, p.dead_letter) FROM pgpubsub.pattern p WHERE starts_with(p.pattern, $1)
        """;

    public static async Task<List<string>> ReadAsync(Sessions direct, Npgsql.NpgsqlConnection connection, Side side)
    {
        await using var command = direct.Command(Lines, connection);
        command.Parameters.AddWithValue(side.Name + ".");
        command.Parameters.AddWithValue(side.Nodes.ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
