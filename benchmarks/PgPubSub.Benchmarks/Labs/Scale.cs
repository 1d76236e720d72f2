namespace PgPubSub.Benchmarks.Labs;

/// <summary>How much is measured.</summary>
internal sealed record Scale
{
    /// <summary>Medians of three, five minutes with a pinned xmin, five million events of history.</summary>
    public static readonly Scale Full = new()
    {
        Rounds = 3, Window = TimeSpan.FromSeconds(5), Backlog = 500_000, History = 1_000_000, DeepOffset = 5_000_000, Pinned = TimeSpan.FromMinutes(5), Takeovers = 10,
        Idle = TimeSpan.FromSeconds(60), Settling = TimeSpan.FromSeconds(15), Subscriptions = 1_000, Fans = 1_000, FanEvents = 20_000, Crowd = 10_000, Latencies = 4_000, Warming = 2_000, Resumptions = 20,
    };

    /// <summary>One round of each.</summary>
    public static readonly Scale Quick = Full with
    {
        Rounds = 1, Window = TimeSpan.FromSeconds(4), DeepOffset = 1_000_000, Pinned = TimeSpan.FromSeconds(20), Takeovers = 3, Idle = TimeSpan.FromSeconds(30), FanEvents = 10_000,
        Latencies = 2_000, Warming = 1_000,
    };

    /// <summary>Just enough to see that each figure still measures what it says; its numbers say nothing.</summary>
    public static readonly Scale Smoke = new()
    {
        Rounds = 1, Window = TimeSpan.FromMilliseconds(300), Backlog = 2_000, History = 3_000, DeepOffset = 2_000, Pinned = TimeSpan.FromMilliseconds(500), Takeovers = 1,
        Idle = TimeSpan.FromSeconds(1), Settling = TimeSpan.FromSeconds(1), Subscriptions = 20, Fans = 20, FanEvents = 200, Crowd = 50, Latencies = 100, Warming = 20, Resumptions = 3,
    };

    /// <summary>How often each side is measured; the median counts.</summary>
    public required int Rounds { get; init; }

    /// <summary>How long a rate is measured.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Events that wait for a group.</summary>
    public required int Backlog { get; init; }

    /// <summary>Events that are replayed.</summary>
    public required int History { get; init; }

    /// <summary>The far offset that a subscription begins at.</summary>
    public required int DeepOffset { get; init; }

    /// <summary>How long is measured with a pinned xmin, and as long without.</summary>
    public required TimeSpan Pinned { get; init; }

    /// <summary>How many nodes are killed.</summary>
    public required int Takeovers { get; init; }

    /// <summary>How long an idle node is watched.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>How long a node is left alone before its idleness or memory counts.</summary>
    public required TimeSpan Settling { get; init; }

    /// <summary>Idle subscriptions.</summary>
    public required int Subscriptions { get; init; }

    /// <summary>Private subscribers of one topic.</summary>
    public required int Fans { get; init; }

    /// <summary>Events that each of them gets.</summary>
    public required int FanEvents { get; init; }

    /// <summary>Private subscribers whose memory counts.</summary>
    public required int Crowd { get; init; }

    /// <summary>Events before those whose latency is taken: until then both sides are still being compiled.</summary>
    public required int Warming { get; init; }

    /// <summary>Events whose latency is taken.</summary>
    public required int Latencies { get; init; }

    /// <summary>Subscriptions whose time to the first event is taken, of each kind.</summary>
    public required int Resumptions { get; init; }
}
