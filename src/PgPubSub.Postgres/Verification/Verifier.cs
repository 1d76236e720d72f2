using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Verification;

/// <summary>One verification: looks of a moment each, one after the other, on one connection at a time.</summary>
internal sealed class Verifier(Database database, string schema, VerifyOptions options, TimeProvider clock, CancellationToken stop)
{
    private const int Page = 10_000;

    private static readonly LookLimits Limits = new(StatementMilliseconds: 20_000, LockMilliseconds: 2_000);

    private readonly List<Finding> _found = [];
    private readonly List<string> _notSeen = [];
    private long _events;

    private bool Full => _found.Count >= options.MostFindings;

    public async Task<VerifyReport> RunAsync()
    {
        await SessionsAsync(); // of the server's own catalogs, which nobody locks: where this fails, so does all
        await SeeAsync("table locks", LocksAsync);
        var topics = new List<Topic>();
        await SeeAsync("topics", async () => topics.AddRange(await RowsAsync(
            row => new Topic(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)), new Call(Sql.LookAtTopics))));
        var suspected = new List<(Topic Topic, List<Finding> Findings)>();
        foreach (var topic in topics.TakeWhile(_ => !Full))
        {
            await SeeAsync($"events of {topic.Name}", () => EventsAsync(topic));
            await SeeAsync($"groups of {topic.Name}", async () =>
            {
                if (await GroupsAsync(topic) is { Count: > 0 } findings)
                    suspected.Add((topic, findings));
            });
        }

        if (suspected.Count > 0)
            await Task.Delay(options.Grace, clock, stop);
        foreach (var (topic, findings) in suspected.TakeWhile(_ => !Full))
            await SeeAsync($"groups of {topic.Name}", async () =>
                _found.AddRange((await GroupsAsync(topic)).IntersectBy(findings.Select(Place), Place)));
        if (Full)
            _notSeen.Add($"Nothing was looked for after {options.MostFindings} findings.");
        return new VerifyReport([.. _found.Take(options.MostFindings)], _notSeen, topics.Count, _events);
    }

    // Where a finding is; how far a tail or a floor is away changes between two looks.
    private static (FindingKind, string?, long?) Place(Finding finding) => (finding.Kind, finding.Group, finding.Offset);

    private async Task SeeAsync(string what, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (StoreException e) when (e.Kind is FaultKind.Transient && !stop.IsCancellationRequested)
        {
            _found.Add(Findings.Of(FindingKind.NotLookedAt, $"Not looked at: {what}. {e.Message}"));
        }
    }

    private async Task EventsAsync(Topic topic)
    {
        var first = Math.Max(topic.Floor, topic.Tail - options.MostEvents);
        if (first > topic.Floor)
            _notSeen.Add($"Not looked at: events {topic.Floor} to {first - 1} of {topic.Name}, since MostEvents is {options.MostEvents}.");
        var check = new LogCheck(topic.Name, first);
        // Up to where the tail was: who publishes faster than this reads must not keep it for ever.
        for (var more = true; more && check.Next < topic.Tail && !Full;)
        {
            more = await LookAsync(async (reader, cancel) =>
            {
                var rows = 0;
                while (await reader.ReadAsync(cancel))
                {
                    check.RaiseTo(reader.GetInt64(0));
                    if (reader.IsDBNull(1))
                        return false;
                    rows++;
                    _found.AddRange(check.See(reader.GetInt64(1), reader.GetGuid(2), reader.GetDateTime(3)));
                }

                return rows == Page;
            }, new Call(Sql.LookAtEvents).Add(topic.Id).Add(check.Next));
        }

        _events += check.Seen;
    }

    private async Task<List<Finding>> GroupsAsync(Topic topic)
    {
        var findings = await RowsAsync(row => Group(topic, row), new Call(Sql.LookAtGroups).Add(topic.Id));
        await RetriesAsync(topic, findings);
        await DeadLettersAsync(topic, findings);
        return findings;
    }

    private static Finding Group(Topic topic, NpgsqlDataReader row)
    {
        var kind = Enum.Parse<FindingKind>(row.GetString(0));
        var (offset, other, node) = (Long(row, 2), Long(row, 3), row.IsDBNull(4) ? default(Guid?) : row.GetGuid(4));
        return Findings.Of(kind, Findings.What(kind, offset, other, node), topic.Name, row.IsDBNull(1) ? null : row.GetString(1), offset);
    }

    private async Task RetriesAsync(Topic topic, List<Finding> findings)
    {
        var (subscription, offset) = (0, -1L);
        for (var rows = Page; rows == Page && findings.Count < options.MostFindings;)
        {
            rows = await LookAsync(async (reader, cancel) =>
            {
                var count = 0;
                for (; await reader.ReadAsync(cancel); count++)
                {
                    (subscription, offset) = (reader.GetInt32(0), reader.GetInt64(2));
                    var (group, at) = (reader.GetString(1), offset);
                    if (reader.GetBoolean(3))
                        findings.Add(Findings.Of(FindingKind.RetryWithoutEvent, $"The retry of {at} has no event.", topic.Name, group, at));
                    if (reader.GetBoolean(4))
                        findings.Add(Findings.Of(FindingKind.RetryInsideLease, $"The retry of {at} is of what a lease holds.", topic.Name, group, at));
                    if (!reader.IsDBNull(5))
                        findings.Add(Findings.Of(FindingKind.RetryWithoutNode, $"The retry of {at} is held by node {reader.GetGuid(5)}, which is not there.", topic.Name, group, at));
                }

                return count;
            }, new Call(Sql.LookAtRetries).Add(topic.Id).Add(subscription).Add(offset));
        }
    }

    // Offset by offset: the last one of a full page is looked at with the next page.
    private async Task DeadLettersAsync(Topic topic, List<Finding> findings)
    {
        for (long? from = 0; from is { } at && findings.Count < options.MostFindings;)
        {
            var rows = await RowsAsync(
                row => (Offset: row.GetInt64(0), Subscriber: row.GetString(1), Subscription: row.IsDBNull(2) ? default(int?) : row.GetInt32(2)),
                new Call(Sql.LookAtDeadLetters).Add(topic.Id).Add(at));
            from = rows.Count < Page ? null : rows[^1].Offset == at ? at + 1 : rows[^1].Offset;
            findings.AddRange(rows.Where(row => from is null || row.Offset < from)
                .CountBy(row => (row.Offset, row.Subscription, row.Subscription is null ? row.Subscriber : null)).Where(same => same.Value > 1)
                .Select(same => Findings.Of(
                    FindingKind.DeadLetterDoubled, $"There are {same.Value} dead letters of {same.Key.Offset}.", topic.Name,
                    rows.First(row => row.Offset == same.Key.Offset && row.Subscription == same.Key.Subscription).Subscriber, same.Key.Offset)));
        }
    }

    private async Task SessionsAsync()
    {
        var rows = await RowsAsync(
            Holders.OfSessions, new Call(Sql.LookAtSessions).Add(options.HeldBackAfter));
        _found.AddRange(rows.Where(row => row.Holder is not null).Select(row => Findings.Of(
            FindingKind.VacuumHeldBack, Holders.HoldsBack(row.Holder!), holder: row.Holder)));
        if (rows.Any(row => !row.SeesAll))
            _notSeen.Add("Not looked at: since when other roles' sessions hold back the server. The role is not a member of pg_read_all_stats.");
    }

    private async Task LocksAsync() =>
        _found.AddRange(await RowsAsync(
            row => Findings.Of(FindingKind.TableLocked, Holders.Locks(Holders.Of(row, 1), row.GetString(0), row.GetBoolean(6)), holder: Holders.Of(row, 1)),
            new Call(Sql.LookAtLocks).Add(schema).Add(options.LockedAfter)));

    private static long? Long(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    private Task<List<T>> RowsAsync<T>(Func<NpgsqlDataReader, T> row, Call call) => LookAsync((reader, cancel) => Rows.ListAsync(reader, row, cancel), call);

    private Task<T> LookAsync<T>(Func<NpgsqlDataReader, CancellationToken, Task<T>> read, Call call) => database.LookAsync(Limits, read, stop, call);

    private sealed record Topic(int Id, string Name, long Floor, long Tail);
}
