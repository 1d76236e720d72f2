using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Tests.Faults;

/// <summary>A fact about a fault, skipped with the reason where this machine can't run it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOfFaultAttribute : FactAttribute
{
    /// <param name="fault">The name of its class.</param>
    public FactOfFaultAttribute(string fault) =>
        Skip = FaultList.All.Select(entry => entry.Make(new Terms(1, Long: false))).Single(made => made.GetType().Name == fault).Missing;
}
