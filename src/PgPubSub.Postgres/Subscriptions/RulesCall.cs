using Npgsql;
using NpgsqlTypes;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Connections;

namespace PgPubSub.Postgres.Subscriptions;

/// <summary>A group's rules as seven parameters, and as seven columns.</summary>
internal static class RulesCall
{
    public static Call Add(Call call, GroupRules rules) =>
        call.Add((long)rules.AckDeadline.TotalMilliseconds).Add(rules.Retry.MaxAttempts).Add((long)rules.Retry.First.TotalMilliseconds)
            .Add(rules.Retry.Factor).Add((long)rules.Retry.Most.TotalMilliseconds).AddOrNull(FilterText.Write(rules.Filter), NpgsqlDbType.Text).Add(rules.DeadLetter);

    public static GroupRules Read(NpgsqlDataReader row, int from) => new(
        TimeSpan.FromMilliseconds(row.GetInt64(from)),
        new RetryRules(row.GetInt32(from + 1), TimeSpan.FromMilliseconds(row.GetInt64(from + 2)), row.GetDouble(from + 3), TimeSpan.FromMilliseconds(row.GetInt64(from + 4))))
    {
        Filter = row.IsDBNull(from + 5) ? null : FilterText.Read(row.GetString(from + 5)),
        DeadLetter = row.GetBoolean(from + 6),
    };
}
