using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Telemetry;

/// <summary>What an instance tells of itself. Actors write it, each its own part; whoever collects reads it at any time.</summary>
internal sealed class NodeTelemetry : IDisposable
{
    private static readonly ConcurrentDictionary<NodeTelemetry, byte> Running = [];

    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly ConcurrentDictionary<(string Topic, string? Group), SubscriptionTelemetry> _subscriptions = [];
    private readonly ConcurrentDictionary<GroupKey, SubscriptionTelemetry> _served = [];
    private readonly Func<(int Used, int Limit)>? _connections;
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

    /// <summary>Of a group, or of all private subscribers of a topic.</summary>
    public SubscriptionTelemetry Subscription(string topic, string? group) =>
        _subscriptions.GetOrAdd((topic, group), static (of, instance) => new SubscriptionTelemetry(instance, of.Topic, of.Group), Instance);

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
