using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults;

/// <summary>Every fault by its name, in the order of the report.</summary>
internal static class FaultList
{
    /// <summary>Makes a fault for one scenario.</summary>
    public static IReadOnlyList<(string Name, Func<Terms, IFault> Make)> All { get; } =
    [
        ("restarts", terms => new RestartsFault(terms)),
        ("backends", terms => new BackendsFault(terms)),
        ("kills", terms => new KillsFault(terms)),
        ("freezes", terms => new FreezesFault(terms)),
    ];
}
