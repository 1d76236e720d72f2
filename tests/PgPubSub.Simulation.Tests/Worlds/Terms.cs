using PgPubSub.Core.Publishing;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Simulation.Tests.Plants;

namespace PgPubSub.Simulation.Tests.Worlds;

/// <summary>What a seed decides of a history before it begins.</summary>
internal sealed class Terms
{
    private readonly string?[] _wanted;

    public Terms(Random random, Plant plant)
    {
        Plant = plant;
        Processes = random.Next(2, 4);
        Groups = random.Next(1, 3);
        Faults = random.Next(6) == 0 ? 0 : 0.01 + (0.14 * random.NextDouble());
        TimeToLive = TimeSpan.FromMilliseconds(random.Next(900, 2_000));
        var deadline = TimeSpan.FromMilliseconds(random.Next(150, 800));
        Rules = new GroupRules(deadline, new RetryRules(random.Next(2, 5), TimeSpan.FromMilliseconds(random.Next(20, 300)), 2, TimeSpan.FromMilliseconds(500)));
        Bounds = new PublishBounds(random.Next(2, 12), random.Next(50, 400), 200, 4_000);
        Retention = new Retention { Count = random.Next(0, 12), MaxBacklogEvents = random.Next(4) == 0 ? random.Next(5, 20) : null };
        Window = random.Next(1, 8);
        PageBytes = random.Next(2) == 0 ? 8 << 20 : 60;
        _wanted = [.. Enumerable.Range(0, Groups).Select(_ => random.Next(3) == 0 ? Rare : null)];
        Privates = random.Next(5) < 2 ? 0 : random.Next(1, 3);
    }

    /// <summary>The type of most events.</summary>
    public const string Usual = "thing";

    /// <summary>The type of the others.</summary>
    public const string Rare = "rarity";

    public Plant Plant { get; }

    public int Processes { get; }

    public int Groups { get; }

    /// <summary>The share of calls that something happens to.</summary>
    public double Faults { get; }

    public TimeSpan TimeToLive { get; }

    public TimeSpan Beat => TimeToLive / 3;

    public TimeSpan Grace { get; } = TimeSpan.FromMilliseconds(400);

    public TimeSpan Settling { get; } = TimeSpan.FromMilliseconds(700);

    public TimeSpan Watch { get; } = TimeSpan.FromMilliseconds(300);

    public TimeSpan Poll { get; } = TimeSpan.FromMilliseconds(700);

    public GroupRules Rules { get; }

    public PublishBounds Bounds { get; }

    public Retention Retention { get; }

    public int Window { get; }

    public long PageBytes { get; }

    /// <summary>How many private subscribers a process has.</summary>
    public int Privates { get; }

    /// <summary>A group's name.</summary>
    public static string NameOf(int group) => $"group-{group}";

    /// <summary>The one type that a group wants; null where it wants every event.</summary>
    public string? WantedBy(string group) => _wanted[int.Parse(group.AsSpan("group-".Length), System.Globalization.CultureInfo.InvariantCulture) - 1];

    /// <summary>A group's rules, with its filter.</summary>
    public GroupRules RulesOf(string group) => With(WantedBy(group));

    /// <summary>The rules with a filter for one type, or none.</summary>
    public GroupRules With(string? wanted) => wanted is null ? Rules : Rules with { Filter = EventFilter.OfTypes(wanted) };
}
