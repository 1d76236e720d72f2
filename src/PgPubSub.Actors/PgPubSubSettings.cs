using PgPubSub.Actors.Payloads;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>The options, immutable and known to be valid: what actors get.</summary>
internal sealed record PgPubSubSettings(
    string NodeName, int Window, GroupRules Rules, PublishBounds Publishing, int MaxPayloadBytes, EventTypeMap EventTypes, IPayloadSerializer Serializer,
    TimeSpan PollInterval, TimeSpan TimeToLive, Retention Retention, TimeSpan CleanupInterval, TimeSpan DrainTimeout, TimeSpan MeasureInterval,
    ListenMode Listen = ListenMode.Auto)
{
    /// <summary>Where what is to be told of the instance goes.</summary>
    public NodeTelemetry Telemetry { get; init; } = new(PgPubSubHub.DefaultInstance);

    /// <summary>Bytes of one claim or page at most.</summary>
    public const long PageBytes = 8 * 1024 * 1024;

    /// <summary>How long a node whose presence lock is gone keeps its leases without a beat.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>How long other nodes are not looked at while nothing is going on, and the poll tells of them.</summary>
    public static readonly TimeSpan MostIdleWatch = TimeSpan.FromSeconds(2);

    /// <summary>How long a node looks at the others before it judges them.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>How often other nodes are looked at while one of them holds leases.</summary>
    public static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often other nodes are looked at while nothing is going on; well below <see cref="Settling"/>, so that a look is never taken for a pause.</summary>
    public TimeSpan IdleWatchInterval => PollInterval < MostIdleWatch ? PollInterval : MostIdleWatch;

    /// <summary>The time between two beats of this node.</summary>
    public TimeSpan BeatInterval => TimeToLive / 3;
}
