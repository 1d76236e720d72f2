using Npgsql;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;
using PgPubSub.Postgres.Topics;

namespace PgPubSub.Postgres.Log;

/// <summary>The log in PostgreSQL.</summary>
internal sealed class PostgresLog(Func<CancellationToken, Task<Database>> ready, AppendLanes lanes) : ILogStore
{
    public async Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) =>
        await (await ready(stop)).WriteAsync(Rows.One(Topic), RetentionCall.Add(new Call(Sql.EnsureTopic).Add(name), forNew));

    public async Task<TopicState?> FindTopicAsync(string name, CancellationToken stop)
    {
        var found = await (await ready(stop)).ReadAsync(Rows.All(Topic), stop, new Call(Sql.FindTopic).Add(name));
        return found.Count == 0 ? null : found[0];
    }

    public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) => lanes.AppendAsync(topic, knownTail, events);

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) =>
        await (await ready(stop)).ReadAsync(
            Rows.All(Rows.Event), stop,
            new Call(Sql.ReadPage).Add(topic.Value).Add(from).Add(most).Add(bytes));

    public async Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) =>
        await (await ready(stop)).WriteAsync(Rows.ScalarAsync<long>, StartCall.Add(new Call(Sql.Locate).Add(topic.Value), from));

    private static TopicState Topic(NpgsqlDataReader row) => new(new TopicId(row.GetInt32(0)), row.GetInt64(1), row.GetInt64(2));
}
