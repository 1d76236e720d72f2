using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Telemetry;

/// <summary>What an instance tells of itself. Actors write it, each its own part; whoever collects reads it at any time.</summary>
internal sealed class NodeTelemetry : IDisposable
{
    private const int FewShared = 64;

    private static readonly ConcurrentDictionary<NodeTelemetry, byte> Running = [];

    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Dictionary<string, WeakReference<SubscriptionTelemetry>> _shared = new(StringComparer.Ordinal); // by topic, for as long as somebody has it
    private readonly ConcurrentDictionary<GroupKey, SubscriptionTelemetry> _served = [];
    private readonly Func<(int Used, int Limit)>? _connections;
    private int _sweepAt = FewShared;
    private volatile bool _registered;
    private volatile int _listening = -1;
    private long _xminAge = -1;

    /// <param name="instance">The instance's name.</param>
    /// <param name="connections">How many connections it has in use and may have, asked at any time; null where it has none.</param>
    public NodeTelemetry(string instance, Func<(int Used, int Limit)>? connections = null) =>
        (Instance, _tags, _connections) = (instance, Tags.Of(instance), connections);

    /// <summary>The instance's name.</summary>
    public string Instance { get; }

    /// <summary>The groups that are served here.</summary>
    public IReadOnlyList<GroupKey> Served => [.. _served.Keys];

    /// <summary>Topics whose private subscribers tell something, and some that have none any more.</summary>
    public int Shared => _shared.Count;

    public IEnumerable<Measurement<long>> Lags => Groups(group => group.Measured?.Lag);

    public IEnumerable<Measurement<double>> LagAges => Groups(group => group.Measured is { } measured ? measured.LagAge?.TotalSeconds ?? 0 : default(double?));

    public IEnumerable<Measurement<double>> OldestUnsettled => Groups(group => group.Measured is { } measured ? measured.OldestUnsettled?.TotalSeconds ?? 0 : default(double?));

    public IEnumerable<Measurement<long>> InFlight => Groups(group => (long?)group.InFlight);

    public IEnumerable<Measurement<long>> Listening => _listening < 0 ? [] : One(_listening);

    public IEnumerable<Measurement<long>> Registered => One(_registered ? 1 : 0);

    public IEnumerable<Measurement<long>> Used => _connections is { } connections ? One(connections().Used) : [];

    public IEnumerable<Measurement<long>> Budget => _connections is { } connections ? One(connections().Limit) : [];

    public IEnumerable<Measurement<long>> XminAges => Interlocked.Read(ref _xminAge) is >= 0 and var age ? One(age) : [];

    /// <summary>What all instances of the process say.</summary>
    public static IEnumerable<Measurement<T>> Observe<T>(Func<NodeTelemetry, IEnumerable<Measurement<T>>> what)
        where T : struct => Running.Keys.SelectMany(what);

    /// <summary>Gauges tell of it from now on, until it is disposed of.</summary>
    public void Start()
    {
        Running.TryAdd(this, 0);
        RuntimeHelpers.RunClassConstructor(typeof(Instruments).TypeHandle); // gauges are there before anything is counted
    }

    public TopicTelemetry Topic(string topic) => new(Instance, topic);

    /// <summary>Of a subscription to a group, or of all private subscribers of a topic. Called by the hub alone.</summary>
    public SubscriptionTelemetry Subscription(string topic, string? group)
    {
        if (group is not null)
            return new SubscriptionTelemetry(Instance, topic, group);
        if (_shared.TryGetValue(topic, out var known) && known.TryGetTarget(out var shared))
            return shared;
        Sweep();
        shared = new SubscriptionTelemetry(Instance, topic, null);
        _shared[topic] = new WeakReference<SubscriptionTelemetry>(shared);
        return shared;
    }

    /// <summary>A group is served here from now on.</summary>
    public void Serve(GroupKey key, SubscriptionTelemetry group) => _served[key] = group;

    /// <summary>It is served here no longer.</summary>
    public void Leave(GroupKey key, SubscriptionTelemetry group)
    {
        group.Forget();
        _served.TryRemove(new KeyValuePair<GroupKey, SubscriptionTelemetry>(key, group));
    }

    /// <summary>What the store has measured; a group that is not among it is not known.</summary>
    public void Measured(IReadOnlyList<GroupMeasure> groups, long? xminAge)
    {
        var measures = groups.ToDictionary(measure => measure.Key);
        foreach (var (key, group) in _served)
            group.Measured = measures.GetValueOrDefault(key);
        Interlocked.Exchange(ref _xminAge, xminAge ?? -1);
    }

    public void Became(bool registered) => _registered = registered;

    /// <summary>Wake-ups are heard, or are to be and aren't.</summary>
    public void Hears(bool heard) => _listening = heard ? 1 : 0;

    public void Reconnected() => Meters.Count(Instruments.Reconnects, 1, _tags);

    public void TookOver() => Meters.Count(Instruments.Takeovers, 1, _tags);

    public void OrphansReturned(int messages) => Meters.Count(Instruments.Orphans, messages, _tags);

    /// <summary>The instance has stopped: nothing is told of it any more.</summary>
    public void Dispose() => Running.TryRemove(this, out _);

    private void Sweep()
    {
        if (_shared.Count < _sweepAt)
            return;
        foreach (var (topic, shared) in _shared)
        {
            if (!shared.TryGetTarget(out _))
                _shared.Remove(topic);
        }

        _sweepAt = Math.Max(FewShared, 2 * _shared.Count);
    }

    private Measurement<long>[] One(long value) => [new(value, _tags)];

    private IEnumerable<Measurement<T>> Groups<T>(Func<SubscriptionTelemetry, T?> what)
        where T : struct
    {
        foreach (var group in _served.Values)
        {
            if (what(group) is { } value)
                yield return new Measurement<T>(value, group.Tags);
        }
    }
}
