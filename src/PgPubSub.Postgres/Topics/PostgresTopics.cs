using System.Collections.Concurrent;
using NpgsqlTypes;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Topics;

/// <summary>Topics in an operator's and in retention's hands. What goes, goes in steps that are over soon; the floor is committed before the first.</summary>
internal sealed class PostgresTopics(Func<CancellationToken, Task<Database>> ready) : ITopicStore
{
    private const int Step = 1_000;

    // Below these offsets this store has swept before: the next sweep does not walk again what it left dead.
    private readonly ConcurrentDictionary<TopicId, long> _swept = new();

    public async Task<IReadOnlyList<TopicStatus>> ListTopicsAsync(string? name, CancellationToken stop) =>
        await (await ready(stop)).ReadAsync(
            Rows.All(row => new TopicStatus(
                row.GetString(0), new TopicId(row.GetInt32(1)), row.GetInt64(2), row.GetInt64(3), RetentionCall.Read(row, 4), row.GetInt64(9))),
            stop, new Call(Sql.ListTopics).AddOrNull(name, NpgsqlDbType.Text));

    public async Task AlterTopicAsync(TopicId topic, Retention retention)
    {
        var found = await WriteAsync(Rows.All(row => row.GetBoolean(0)), RetentionCall.Add(new Call(Sql.AlterTopic).Add(topic.Value), retention));
        if (found.Count == 0)
            throw new StoreException(FaultKind.Gone, "The topic is no longer there.");
    }

    public async Task<long> ClearTopicAsync(TopicId topic, CancellationToken stop)
    {
        var floor = await WriteAsync(Rows.ScalarAsync<long>, new Call(Sql.ClearTopic).Add(topic.Value));
        await SweepAsync(topic, stop);
        return floor;
    }

    public async Task DropTopicAsync(TopicId topic, CancellationToken stop)
    {
        await WriteAsync(Rows.DrainAsync, new Call(Sql.DropTopic).Add(topic.Value));
        await SweepDroppedAsync(topic, stop);
    }

    public async Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop)
    {
        var raised = await WriteAsync(
            Rows.One(row => new TrimResult(row.GetInt64(1), row.GetInt64(0), row.GetInt64(2), 0)), new Call(Sql.RaiseFloor).Add(topic.Value));
        await SweepAsync(topic, stop);
        var (expired, step) = (0L, Step);
        while (step == Step && !stop.IsCancellationRequested)
            expired += step = await WriteAsync(Rows.ScalarAsync<int>, new Call(Sql.Expire).Add(topic.Value).Add(Step));
        return raised with { DeadLetters = expired };
    }

    public async Task<int> SweepAsync(CancellationToken stop)
    {
        var dropped = await (await ready(stop)).ReadAsync(Rows.All(row => new TopicId(row.GetInt32(0))), stop, new Call(Sql.DroppedTopics));
        var finished = 0;
        foreach (var topic in dropped)
            finished += await SweepDroppedAsync(topic, stop) ? 1 : 0;
        return finished;
    }

    private async Task SweepAsync(TopicId topic, CancellationToken stop)
    {
        long? next = _swept.GetValueOrDefault(topic);
        while (next is { } from && !stop.IsCancellationRequested)
        {
            _swept[topic] = from;
            next = await WriteAsync(Rows.ScalarAsync<long?>, new Call(Sql.Sweep).Add(topic.Value).Add(from).Add(Step));
        }
    }

    private async Task<bool> SweepDroppedAsync(TopicId topic, CancellationToken stop)
    {
        _swept.TryRemove(topic, out _);
        long? next = 0;
        while (next is { } from && !stop.IsCancellationRequested)
            next = await WriteAsync(Rows.ScalarAsync<long?>, new Call(Sql.SweepDropped).Add(topic.Value).Add(from).Add(Step));
        return next is null;
    }

    private async Task<T> WriteAsync<T>(Func<Npgsql.NpgsqlDataReader, CancellationToken, Task<T>> read, Call call) =>
        await (await ready(CancellationToken.None)).WriteAsync(read, call);
}
