using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Log;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Subscriptions;

/// <summary>Groups in PostgreSQL.</summary>
internal sealed class PostgresSubscriptions(Func<CancellationToken, Task<Database>> ready) : ISubscriptionStore
{
    public async Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, CancellationToken stop) =>
        await (await ready(stop)).WriteAsync(
            Rows.One(row => new GroupState(new GroupKey(topic, row.GetInt32(0)), row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3), row.GetInt64(4))),
            StartCall.Add(new Call(Sql.EnsureGroup).Add(topic.Value).Add(group), from)
                .Add((long)rules.AckDeadline.TotalMilliseconds).Add(rules.Retry.MaxAttempts).Add((long)rules.Retry.First.TotalMilliseconds)
                .Add(rules.Retry.Factor).Add((long)rules.Retry.Most.TotalMilliseconds));

    public async Task<GroupState> SeekAsync(GroupKey group, long offset) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.One(row => new GroupState(group, row.GetInt64(0), row.GetInt64(1), Created: false, row.GetInt64(2))),
            new Call(Sql.Seek).Add(group.Topic.Value).Add(group.Subscription).Add(offset));
}
