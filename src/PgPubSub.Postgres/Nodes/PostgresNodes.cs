using Npgsql;
using NpgsqlTypes;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Leases;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Nodes;

/// <summary>Nodes in PostgreSQL.</summary>
/// <param name="ready">The database for calls that may take long.</param>
/// <param name="vital">The database for what tells whether nodes live: it never waits behind those.</param>
/// <param name="marks">What is known of retries.</param>
/// <param name="held">What is known of claims under a node's own name.</param>
/// <param name="holders">What is known of those of other nodes.</param>
/// <param name="application">The application name of this process's sessions, or null.</param>
internal sealed class PostgresNodes(
    Func<CancellationToken, Task<Database>> ready, Func<CancellationToken, Task<Database>> vital, RetryMarks marks, HeldMarks held, HolderMarks holders,
    string? application) : INodeStore
{
    public async Task RegisterAsync(Guid node, string name, CancellationToken stop) =>
        await (await vital(stop)).WriteAsync(
            Rows.DrainAsync, new Call(Sql.Register).Add(node).Add(name).AddOrNull(application, NpgsqlDbType.Text));

    public async Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock)
    {
        var look = held.Begin(node);
        var tokens = await (await vital(CancellationToken.None)).WriteAsync<IReadOnlyList<Guid>?>(
            async (reader, stop) =>
            {
                var alive = await reader.ReadAsync(stop);
                await reader.NextResultAsync(stop);
                return alive ? await Rows.ListAsync(reader, row => row.GetGuid(0), stop) : null;
            },
            [
                [new Call(Sql.Beat).Add(node).Add(keepsLock)],
                [new Call(Sql.HeldTokens).Add(node).AddOrNull(look.Since, NpgsqlDbType.Uuid).Add(look.Known)],
            ]);
        if (tokens is null)
            held.Forget(node);
        else
            held.End(node, look, tokens);
        return tokens;
    }

    public async Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop)
    {
        var look = holders.Begin();
        var seen = await (await vital(stop)).ReadAsync(
            Rows.All(row => (
                Sighting: new NodeSighting(
                    row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetBoolean(3), row.GetBoolean(4), !row.IsDBNull(5)),
                Token: row.IsDBNull(5) ? default(Guid?) : row.GetGuid(5))),
            stop,
            new Call(Sql.Watch).Add(self).AddOrNull(look.Since, NpgsqlDbType.Uuid).Add(look.Nodes).AddOrNull(look.Tokens, NpgsqlDbType.Array | NpgsqlDbType.Uuid));
        holders.End(look, seen.Select(one => (one.Sighting.Id, one.Token)));
        return [.. seen.Select(one => one.Sighting)];
    }

    /// <summary>Lists all nodes, and those that hold events without a row: these first, then by name.</summary>
    public async Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken stop) =>
        await (await ready(stop)).ReadAsync(
            Rows.All(row => new NodeStatus(
                row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetBoolean(3), row.GetBoolean(4), row.GetBoolean(5),
                Rows.Age(row, 6), Rows.Age(row, 7), Rows.Age(row, 8))),
            stop, new Call(Sql.ListNodes));

    public async Task<bool> TakeOverAsync(NodeSighting dead) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.ScalarAsync<bool>, new Call(Sql.TakeOver).Add(dead.Id).AddOrNull(dead.SeenAt, NpgsqlDbType.Text));

    public async Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.ScalarAsync<int>, new Call(Sql.ReturnOrphans).Add(node).Add(tokens.ToArray()).Add((unbegun ?? []).ToArray()));

    public async Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.ScalarAsync<long[]>,
            new Call(Sql.Mark).Add(node).Add(lows.Select(m => m.Topic.Value).ToArray()).Add(lows.Select(m => m.Low).ToArray()));

    public async Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null)
    {
        await (await ready(CancellationToken.None)).WriteAsync(Rows.DrainAsync, new Call(Sql.Depart).Add(node).Add((unbegun ?? []).ToArray()));
        held.Forget(node);
    }

    public async Task<PollResult> PollAsync(PollRequest request, CancellationToken stop)
    {
        var since = request.Groups.Distinct().ToDictionary(group => group, marks.Since);
        var (others, own) = (holders.Begin(), held.Begin(request.Node ?? Guid.Empty));
        var call = new Call(Sql.Poll).Add(request.Topics.Select(t => t.Value).ToArray())
            .Add(since.Keys.Select(g => g.Topic.Value).ToArray()).Add(since.Keys.Select(g => g.Subscription).ToArray())
            .AddOrNull(since.Values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .Add(request.Patterns.Select(pattern => pattern.Expression).ToArray())
            .AddOrNull(request.Node, NpgsqlDbType.Uuid).AddOrNull(request.KeepsLock, NpgsqlDbType.Boolean)
            .AddOrNull(others.Since, NpgsqlDbType.Uuid).Add(others.Nodes).AddOrNull(others.Tokens, NpgsqlDbType.Array | NpgsqlDbType.Uuid)
            .AddOrNull(own.Since, NpgsqlDbType.Uuid).Add(own.Known);
        var answer = new PollAnswer(request, (group, due, suspects, at) => Looked(group, since[group], due, suspects, at));
        var database = await ready(stop);
        var result = request.KeepsLock is null ? await database.ReadAsync(answer.ReadAsync, stop, call) : await database.WriteAsync(answer.ReadAsync, call);
        if (request.Node is not { } node)
            return result;
        holders.End(others, answer.Others);
        if (result.Beat is { Tokens: { } tokens })
            held.End(node, own, tokens);
        else if (result.Beat is not null)
            held.Forget(node);
        return result;
    }

    public async Task<bool> TakeDutyAsync(string duty, Guid node) =>
        await (await ready(CancellationToken.None)).WriteAsync(Rows.ScalarAsync<bool>, new Call(Sql.TakeDuty).Add(duty).Add(node));

    // Those that are due may all be suspects or none: what is said of suspects is said of them alone.
    private void Looked(GroupKey group, DateTimeOffset? since, bool due, bool suspects, DateTimeOffset at)
    {
        marks.Looked(group, suspects: false, since, due, at);
        marks.Looked(group, suspects: true, since, suspects, at);
    }
}
