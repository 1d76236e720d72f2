using System.Globalization;

namespace PgPubSub.Chaos.Scenes;

/// <summary>What a scenario is played under; workers get it as words.</summary>
/// <param name="Seed">Decides every random choice of the run: <c>new Random(Seed)</c>.</param>
/// <param name="Long">Whether it is the long form.</param>
internal sealed record Terms(int Seed, bool Long)
{
    /// <summary>The topics that publishers write in turn.</summary>
    public static IReadOnlyList<string> Topics { get; } = ["orders", "parcels"];

    /// <summary>The group of both members, on each topic.</summary>
    public const string Group = "work";

    /// <summary>Events that each publisher sends in a second.</summary>
    public int Rate => Long ? 400 : 150;

    /// <summary>Events that a member has handled when the steady time may begin.</summary>
    public const int WarmAfter = 200;

    /// <summary>Hand-outs until an event is buried.</summary>
    public const int MaxAttempts = 12;

    /// <summary>How long a member may hold an event.</summary>
    public static TimeSpan AckDeadline { get; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a member writes down that it reads its mailbox.</summary>
    public static TimeSpan Tick { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a node's silence lasts before others take over.</summary>
    public TimeSpan TimeToLive => TimeSpan.FromSeconds(Long ? 5 : 3);

    /// <summary>How long the load runs before the fault.</summary>
    public TimeSpan Steady => TimeSpan.FromSeconds(Long ? 12 : 1);

    /// <summary>How long the fault disturbs at least.</summary>
    public TimeSpan Strike => TimeSpan.FromSeconds(Long ? 45 : 3);

    /// <summary>How long the load runs after the fault.</summary>
    public TimeSpan Calm => TimeSpan.FromSeconds(Long ? 13 : 2);

    public IReadOnlyList<string> Words => [Seed.ToString(CultureInfo.InvariantCulture), Long.ToString()];

    public static Terms Parse(string seed, string isLong) => new(int.Parse(seed, CultureInfo.InvariantCulture), bool.Parse(isLong));
}
