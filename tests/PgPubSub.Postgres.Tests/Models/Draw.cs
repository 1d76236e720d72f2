using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>Draws calls from a seed, among those that mean something to what the model holds.</summary>
internal sealed class Draw(int seed)
{
    private static readonly string[] Groups = ["a", "b", "p"];

    private readonly Random _random = new(seed);
    private readonly List<Hold> _holds = [];
    private readonly List<IReadOnlyList<NewEvent>> _sent = [];
    private Model _model = null!;
    private Guid _node;
    private int _topic, _kind;
    private string _group = "";

    /// <summary>All nodes that were ever drawn.</summary>
    public List<Guid> Nodes { get; } = [];

    public bool Chance(double share) => _random.NextDouble() < share;

    /// <summary>How a history begins: with something to do.</summary>
    public Command Begin(int step)
    {
        switch (step)
        {
            case 0:
                return TopicCommands.Ensure(0, Retention.Forever);
            case 1:
                return GroupCommands.Ensure(0, "a", StartFrom.Earliest, Rules(), change: false);
            case 2 or 3:
                return NodeCommands.Register(NewNode());
            case 4:
                return TopicCommands.Append(0, 0, Batch(4 + _random.Next(8)));
            default:
                return GroupCommands.Ensure(0, "b", StartFrom.Earliest, Rules(), change: false);
        }
    }

    /// <summary>Draws a call, and another that is likely to be about the same.</summary>
    public (Command First, Command Second) Pair(Model model)
    {
        var first = Next(model);
        if (Chance(0.2))
            return (first, Next(model));
        return (first, Of(Chance(0.35) ? _kind : Kind()));
    }

    public Command Next(Model model)
    {
        _model = model;
        _topic = Chance(0.1) ? 1 : 0;
        var there = _model.Memory.TopicsById.GetValueOrDefault(_model.Side.Topic(_topic))?.GroupsByName.Select(group => group.Name).ToList() ?? [];
        _group = there.Count == 0 || Chance(0.05) ? Groups[_random.Next(Groups.Length)] : there[_random.Next(there.Count)];
        _node = Nodes[_random.Next(Nodes.Count)];
        // A pattern may have made it, and nobody here knows its key.
        return there.Contains(_group) && _model.Memory.FindGroup(_model.Side.Group(_topic, _group)) is null && Chance(0.7)
            ? GroupCommands.Find(_topic, _group)
            : Of(_kind = Kind());
    }

    private int Kind() => _random.Next(100);

    private Command Of(int kind) => kind switch
    {
        < 10 => Append(),
        < 22 => Claim(),
        < 32 => ClaimRetries(),
        < 50 => Settle(),
        < 62 => OfNode(),
        < 73 => OfGroup(),
        < 84 => OfTopic(),
        < 95 => OfDeadLetters(),
        _ => Look(),
    };

    private Command Append()
    {
        var tail = Tail(_topic);
        if (Chance(0.15))
            return TopicCommands.Together([(0, Tail(0), Batch(1 + _random.Next(3))), (1, Tail(1), Batch(1 + _random.Next(3)))]);
        var known = _random.Next(6) switch { 0 => Math.Max(0, tail - _random.Next(6)), 1 => tail + _random.Next(2), _ => tail };
        var again = _sent.Count > 0 && Chance(0.3);
        return TopicCommands.Append(_topic, again ? Math.Max(0, known - _random.Next(8)) : known, again ? _sent[^(1 + _random.Next(Math.Min(3, _sent.Count)))] : Batch(1 + _random.Next(4)));
    }

    private Command Claim()
    {
        var claim = new Hold(_topic, _group, Node(), Guid.CreateVersion7(), IsRetries: false);
        _holds.Add(claim);
        return DeliveryCommands.Claim(_topic, _group, claim.Node, claim.Token, 1 + _random.Next(5), Chance(0.2) ? 16 : 1_000_000);
    }

    private Command ClaimRetries()
    {
        var claim = new Hold(_topic, _group, Node(), Guid.CreateVersion7(), IsRetries: true);
        _holds.Add(claim);
        return DeliveryCommands.Retries(_topic, _group, claim.Node, claim.Token, 1_000, Chance(0.3));
    }

    private Command Settle()
    {
        if (Held() is not { } hold)
            return Claim();
        var outcomes = Enumerable.Range(0, 5).Select(_ => (Outcome?)(_random.Next(8) switch { < 3 => Outcome.Ack, 3 or 4 => Outcome.Retry, 5 => Outcome.Bury, 6 => Outcome.Later, _ => null })).ToList();
        if (Chance(0.3))
            outcomes = [Outcome.Ack];
        return DeliveryCommands.Settle(hold, Chance(0.1) ? Node() : hold.Node, outcomes, whole: outcomes is [Outcome.Ack]);
    }

    private Command OfNode() => _random.Next(14) switch
    {
        0 => NodeCommands.Register(NewNode()),
        1 or 2 => NodeCommands.Beat(Node(), Chance(0.5)),
        3 or 4 => NodeCommands.Watch(Node()),
        5 or 6 or 7 => NodeCommands.TakeOver(Node(), Chance(0.1)),
        8 => NodeCommands.Depart(Node()),
        9 when Held() is { } hold => NodeCommands.Return(hold),
        10 or 11 => NodeCommands.Mark(Node(), _topic, Chance(0.8) ? _random.Next(10) : null),
        12 => NodeCommands.TakeDuty(Node()),
        _ => NodeCommands.Poll(Groups, Chance(0.8) ? Node() : null, Chance(0.5) ? false : null),
    };

    private Command OfGroup() => _random.Next(16) switch
    {
        < 4 => GroupCommands.Ensure(_topic, _group, From(), Rules(), Chance(0.5)),
        < 6 => GroupCommands.Seek(_topic, _group, From()),
        6 or 7 => GroupCommands.Pause(_topic, _group, Chance(0.3)),
        8 => GroupCommands.Drop(_topic, _group),
        9 => GroupCommands.Read(_topic, _group),
        10 => GroupCommands.Find(_topic, _group),
        11 or 12 => GroupCommands.EnsurePattern(Pattern(), Chance(0.5) ? "p" : _group, From(), Rules(), Chance(0.5)),
        13 => GroupCommands.DropPattern(Pattern(), Chance(0.5) ? "p" : _group),
        _ => GroupCommands.Pause(_topic, _group, paused: false),
    };

    private Command OfTopic() => _random.Next(16) switch
    {
        < 4 => TopicCommands.Ensure(_topic, Keep()),
        4 or 5 => TopicCommands.Alter(_topic, Keep()),
        6 => TopicCommands.GrowOlder(),
        7 => TopicCommands.Clear(_topic),
        8 when Chance(0.5) => TopicCommands.Drop(_topic),
        9 => TopicCommands.Locate(_topic, From()),
        _ => TopicCommands.Trim(_topic),
    };

    private Command OfDeadLetters() => _random.Next(8) switch
    {
        < 2 => TopicCommands.BuryPrivate(_topic, _random.Next(2) == 0 ? "a" : "x", _random.Next(12)),
        < 6 => TopicCommands.Redrive(_topic, Chance(0.5) ? null : _group, Chance(0.7) ? 1_000 : 1 + _random.Next(3)),
        6 => TopicCommands.Purge(_topic, Chance(0.5) ? null : _group),
        _ => TopicCommands.ListLetters(_topic),
    };

    private Command Look() => _random.Next(4) switch
    {
        0 => TopicCommands.Read(_topic, _random.Next(10), 1 + _random.Next(10), Chance(0.3) ? 20 : 1_000_000),
        1 => GroupCommands.List(_topic),
        2 when Held() is { IsRetries: false } hold => DeliveryCommands.FindClaim(hold),
        _ => TopicCommands.List(),
    };

    // Mostly one that still holds something; now and then one whose time is over.
    private Hold? Held()
    {
        if (_holds.Count == 0)
            return null;
        var live = Chance(0.15) ? [] : _holds.Where(IsLive).ToList();
        var near = live.Where(hold => hold.Topic == _topic && hold.Group == _group).ToList();
        var among = near.Count > 0 ? near : live.Count > 0 ? live : _holds;
        var hold = among[_random.Next(among.Count)];
        (_topic, _group) = (hold.Topic, hold.Group);
        return hold;
    }

    private bool IsLive(Hold hold) => _model.Memory.FindGroup(_model.Side.Group(hold.Topic, hold.Group)) is { } group
        && (hold.IsRetries ? group.Retries.HeldBy(hold.Node).Any(retry => retry.Token == hold.Token) : group.Leases.Values.Any(lease => lease.Token == hold.Token));

    private Guid NewNode()
    {
        Nodes.Add(Guid.CreateVersion7());
        return Nodes[^1];
    }

    private Guid Node()
    {
        if (Chance(0.6) && _model.Memory.Nodes.ContainsKey(_node))
            return _node;
        var live = Nodes.Where(_model.Memory.Nodes.ContainsKey).ToList();
        return live.Count == 0 || Chance(0.1) ? Nodes[_random.Next(Nodes.Count)] : live[_random.Next(live.Count)];
    }

    private long Tail(int topic) => _model.Memory.TopicsById.GetValueOrDefault(_model.Side.Topic(topic))?.Log.Tail ?? 0;

    private StartFrom From() => _random.Next(5) switch
    {
        0 or 1 => StartFrom.Earliest,
        2 => StartFrom.Latest,
        3 => StartFrom.Time(DateTimeOffset.UnixEpoch),
        _ => StartFrom.Offset(_random.Next(15)),
    };

    private string Pattern() => Chance(0.5) ? "*" : "#";

    // No waits: what is due is due at once.
    private GroupRules Rules() => GroupRules.Default with
    {
        AckDeadline = TimeSpan.FromSeconds(1 + _random.Next(2)), DeadLetter = Chance(0.8), Retry = new RetryRules(_random.Next(4), TimeSpan.Zero, 1, TimeSpan.Zero),
    };

    private Retention Keep() => new()
    {
        Count = Chance(0.6) ? _random.Next(1, 6) : null,
        Age = Chance(0.2) ? TimeSpan.FromHours(1) : null,
        MaxBacklogEvents = Chance(0.4) ? _random.Next(1, 8) : null,
        DeadLetterAge = Chance(0.2) ? TimeSpan.FromHours(1) : null,
    };

    private IReadOnlyList<NewEvent> Batch(int count)
    {
        _sent.Add(Events.Many(count));
        return _sent[^1];
    }
}
