using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Log;

/// <summary>The log in PostgreSQL.</summary>
internal sealed class PostgresLog(Func<CancellationToken, Task<Database>> ready) : ILogStore
{
    private const int SweepStep = 1_000;

    public async Task<TopicState> EnsureTopicAsync(string name, CancellationToken stop) =>
        await (await ready(stop)).WriteAsync(
            Rows.One(row => new TopicState(new TopicId(row.GetInt32(0)), row.GetInt64(1), row.GetInt64(2))),
            new Call(Sql.EnsureTopic).Add(name));

    public async Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.One(row => new AppendOutcome(row.IsDBNull(0) ? null : row.GetInt64(0))),
            AppendCall.Of(topic, knownTail, events));

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) =>
        await (await ready(stop)).ReadAsync(
            Rows.All(Rows.Event), stop,
            new Call(Sql.ReadPage).Add(topic.Value).Add(from).Add(most).Add(bytes));

    public async Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) =>
        await (await ready(stop)).WriteAsync(Rows.ScalarAsync<long>, StartCall.Add(new Call(Sql.Locate).Add(topic.Value), from));

    public async Task<long> TrimAsync(TopicId topic, long keep, CancellationToken stop)
    {
        var database = await ready(stop);
        var floor = await database.WriteAsync(Rows.ScalarAsync<long>, new Call(Sql.RaiseFloor).Add(topic.Value).Add(keep));
        long? next = 0;
        while (next is not null && !stop.IsCancellationRequested)
            next = await database.WriteAsync(Rows.ScalarAsync<long?>, new Call(Sql.Sweep).Add(topic.Value).Add(next.Value).Add(SweepStep));
        return floor;
    }
}
