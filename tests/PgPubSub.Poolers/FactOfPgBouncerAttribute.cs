using PgPubSub.Shared.Packages;
using PgPubSub.Testing.Processes;
using Xunit;

namespace PgPubSub.Poolers;

/// <summary>A fact behind PgBouncer. Its package is installed where the tests run as root on Debian or Ubuntu; else it is skipped where there is none.</summary>
public sealed class FactOfPgBouncerAttribute : FactAttribute
{
    private static readonly Lazy<string?> Lacking = new(() => Distribution.LackingAsync("PgBouncer", PgBouncer.Program, () => SearchPath.Find(PgBouncer.Program) is not null).GetAwaiter().GetResult());

    public FactOfPgBouncerAttribute() => Skip = Lacking.Value;
}
