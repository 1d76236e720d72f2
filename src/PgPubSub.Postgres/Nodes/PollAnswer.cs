using Npgsql;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Nodes;

/// <summary>Reads what a poll answers: rows of several kinds, each of which has its own columns.</summary>
/// <param name="request">What was asked.</param>
/// <param name="looked">Hears when a group's retries were looked at, whether some were due, and whether suspects were.</param>
internal sealed class PollAnswer(PollRequest request, Action<GroupKey, bool, bool, DateTimeOffset> looked)
{
    private readonly List<TopicTail> _tails = [];
    private readonly List<DueRetries> _due = [];
    private readonly List<GroupVersion> _versions = [];
    private readonly List<TopicName> _matches = [];
    private readonly List<(NodeSighting Sighting, Guid? Token)> _others = [];
    private readonly List<Guid> _tokens = [];
    private bool _alive;

    /// <summary>The other nodes, each with the token of a claim that it holds or null.</summary>
    public IEnumerable<(Guid Node, Guid? Token)> Others => _others.Select(one => (one.Sighting.Id, one.Token));

    public async Task<PollResult> ReadAsync(NpgsqlDataReader reader, CancellationToken stop)
    {
        while (await reader.ReadAsync(stop))
            Take(reader);
        return new PollResult(_tails, _due, _versions, [.. _matches.OrderBy(match => match.Id.Value)])
        {
            Others = request.Node is null ? null : [.. _others.Select(one => one.Sighting)],
            Beat = request.Node is null || request.KeepsLock is null ? null : new PolledBeat(_alive ? _tokens : null),
        };
    }

    private void Take(NpgsqlDataReader row)
    {
        switch (row.GetInt32(0))
        {
            case 1:
                _tails.Add(new TopicTail(Topic(row), row.GetInt64(3)));
                break;
            case 2:
                looked(Group(row), row.GetBoolean(4), row.GetBoolean(5), row.GetFieldValue<DateTimeOffset>(7));
                if (row.GetBoolean(4))
                    _due.Add(new DueRetries(Group(row), row.GetBoolean(5)));
                break;
            case 3:
                _versions.Add(new GroupVersion(Group(row), row.GetInt64(3)));
                break;
            case 4:
                _matches.Add(new TopicName(Topic(row), row.GetString(9)));
                break;
            case 5:
                Guid? token = row.IsDBNull(11) ? null : row.GetGuid(11);
                _others.Add((
                    new NodeSighting(row.GetGuid(8), row.GetString(9), row.IsDBNull(10) ? null : row.GetString(10), row.GetBoolean(4), row.GetBoolean(5), token is not null), token));
                break;
            case 6:
                _alive = true;
                break;
            default:
                _tokens.Add(row.GetGuid(11));
                break;
        }
    }

    private static TopicId Topic(NpgsqlDataReader row) => new(row.GetInt32(1));

    private static GroupKey Group(NpgsqlDataReader row) => new(Topic(row), row.GetInt32(2));
}
