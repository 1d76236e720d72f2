using Npgsql;
using NpgsqlTypes;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Log;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Subscriptions;

/// <summary>Groups in PostgreSQL.</summary>
/// <param name="ready">The database.</param>
/// <param name="marks">What is known of measures.</param>
/// <param name="limits">How far the server goes to measure.</param>
internal sealed class PostgresSubscriptions(Func<CancellationToken, Task<Database>> ready, MeasureMarks marks, LookLimits limits) : ISubscriptionStore
{
    /// <summary>The limits of a measure that nobody is in a hurry for.</summary>
    public static readonly LookLimits UsualLimits = new(StatementMilliseconds: 10_000, LockMilliseconds: 2_000);

    public async Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop)
    {
        var ensure = RulesCall.Add(StartCall.Add(new Call(Sql.EnsureGroup).Add(topic.Value).Add(group), from), rules).Add(change);
        return await (await ready(stop)).WriteAsync(
            async (reader, either) =>
            {
                await reader.ReadAsync(either);
                var (created, changed) = (reader.GetBoolean(1), reader.GetBoolean(2));
                await reader.NextResultAsync(either);
                return await ReadAsync(topic, reader, either) is { } state
                    ? state with { Created = created, Changed = changed }
                    : throw new StoreException(FaultKind.Gone, "The group is no longer there.");
            },
            ensure, ReadCall(topic, id: null, group));
    }

    public async Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) =>
        await (await ready(stop)).ReadAsync((reader, either) => ReadAsync(group.Topic, reader, either), stop, ReadCall(group.Topic, group.Subscription, name: null));

    public async Task<IReadOnlyList<GroupStatus>> ListGroupsAsync(string? topic, string? group, CancellationToken stop) =>
        await (await ready(stop)).ReadAsync(
            Rows.All(row => new GroupStatus(
                row.GetString(0), row.GetString(1), new GroupKey(new TopicId(row.GetInt32(2)), row.GetInt32(3)), row.GetInt64(4), row.GetInt64(5),
                row.IsDBNull(6) ? null : row.GetTimeSpan(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetBoolean(10), RulesCall.Read(row, 11),
                row.IsDBNull(18) ? null : row.GetString(18))),
            stop, new Call(Sql.ListGroups).AddOrNull(topic, NpgsqlDbType.Text).AddOrNull(group, NpgsqlDbType.Text));

    // Bounded on the server too: what a measure is for must not hold a snapshot, or stand behind a stranger's lock and before everybody else.
    public async Task<IReadOnlyList<GroupMeasure>> MeasureAsync(IReadOnlyList<GroupKey> groups, CancellationToken stop)
    {
        var look = marks.Begin(groups);
        var call = new Call(Sql.Measure).Add(groups.Select(g => g.Topic.Value).ToArray()).Add(groups.Select(g => g.Subscription).ToArray())
            .Add(look.Marks.Select(m => m.Generation).ToArray()).Add(look.Marks.Select(m => m.Lease).ToArray()).Add(look.Marks.Select(m => m.Unsettled).ToArray());
        var seen = await (await ready(stop)).LookAsync(limits, (reader, either) => Rows.ListAsync(reader, Measured, either), stop, call);
        var known = groups.Zip(look.Marks).DistinctBy(one => one.First).ToDictionary();
        foreach (var (measure, generation, lease, unsettled) in seen)
        {
            if (known.Remove(measure.Key, out var mark))
                marks.End(look, measure.Key, mark, generation, lease, unsettled);
        }

        foreach (var gone in known.Keys)
            marks.Forget(gone);
        return [.. seen.Select(one => one.Measure)];
    }

    public async Task<GroupKey?> FindGroupAsync(string topic, string group, CancellationToken stop)
    {
        var found = await (await ready(stop)).ReadAsync(
            Rows.All(row => new GroupKey(new TopicId(row.GetInt32(0)), row.GetInt32(1))), stop, new Call(Sql.FindGroup).Add(topic).Add(group));
        return found.Count == 0 ? null : found[0];
    }

    public async Task<GroupState> SeekAsync(GroupKey group, StartFrom to)
    {
        var seek = StartCall.Add(new Call(Sql.Seek).Add(group), to);
        return await (await ready(CancellationToken.None)).WriteAsync(
            async (reader, either) =>
            {
                await reader.ReadAsync(either);
                await reader.NextResultAsync(either);
                return await ReadAsync(group.Topic, reader, either) ?? throw new StoreException(FaultKind.Gone, "The group is no longer there.");
            },
            seek, ReadCall(group.Topic, group.Subscription, name: null));
    }

    public async Task PauseAsync(GroupKey group, bool paused) =>
        await (await ready(CancellationToken.None)).WriteAsync(Rows.DrainAsync, new Call(Sql.Pause).Add(group).Add(paused));

    public async Task DropGroupAsync(GroupKey group) =>
        await (await ready(CancellationToken.None)).WriteAsync(Rows.DrainAsync, new Call(Sql.DropGroup).Add(group));

    public async Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop)
    {
        var ensure = StartCall.Add(new Call(Sql.EnsurePattern).Add(group.Pattern.Value).Add(group.Pattern.Expression).Add(group.Group), from);
        return await (await ready(stop)).WriteAsync(
            async (reader, either) =>
            {
                await reader.ReadAsync(either);
                await reader.NextResultAsync(either);
                return (IReadOnlyList<TopicName>)await Rows.ListAsync(reader, Rows.Topic, either);
            },
            RulesCall.Add(ensure, rules).Add(change), new Call(Sql.MatchTopics).Add<string[]>([group.Pattern.Expression]));
    }

    public async Task<bool> DropPatternAsync(PatternGroup group) =>
        await (await ready(CancellationToken.None)).WriteAsync(
            Rows.ScalarAsync<bool>, new Call(Sql.DropPattern).Add(group.Pattern.Value).Add(group.Group));

    private static (GroupMeasure Measure, long Generation, long Lease, long Unsettled) Measured(NpgsqlDataReader row) => (
        new GroupMeasure(
            new GroupKey(new TopicId(row.GetInt32(0)), row.GetInt32(1)), row.GetString(2), row.GetString(3), row.GetInt64(4), Rows.Age(row, 5), Rows.Age(row, 6)),
        row.GetInt64(7), row.GetInt64(8), row.GetInt64(9));

    private static Call ReadCall(TopicId topic, int? id, string? name) =>
        new Call(Sql.ReadGroup).Add(topic.Value).AddOrNull(id, NpgsqlDbType.Integer).AddOrNull(name, NpgsqlDbType.Text);

    private static async Task<GroupState?> ReadAsync(TopicId topic, NpgsqlDataReader reader, CancellationToken stop) => !await reader.ReadAsync(stop)
        ? null
        : new GroupState(new GroupKey(topic, reader.GetInt32(0)), reader.GetInt64(1), reader.GetInt64(2), Created: false, reader.GetInt64(3))
        {
            Version = reader.GetInt64(4), Paused = reader.GetBoolean(5), Rules = RulesCall.Read(reader, 6),
        };
}
