using PgPubSub.Chaos.Faults.Clocks;
using PgPubSub.Chaos.Faults.Disks;
using PgPubSub.Chaos.Faults.Limits;
using PgPubSub.Chaos.Faults.Network;
using PgPubSub.Chaos.Faults.Poolers;
using PgPubSub.Chaos.Faults.Standbys;
using PgPubSub.Chaos.Faults.Strangers;
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
        ("network", _ => new NetworkFault()),
        ("strangers", _ => new StrangersFault()),
        ("pooler", _ => new PoolerFault()),
        ("full-server", _ => new FullServerFault()),
        ("full-disk", _ => new FullDiskFault()),
        ("node-clock", _ => new NodeClockFault()),
        ("server-clock", _ => new ServerClockFault()),
        ("failover", _ => new FailoverFault()),
    ];
}
