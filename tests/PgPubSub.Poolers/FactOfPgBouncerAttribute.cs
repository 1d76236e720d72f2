using PgPubSub.Testing.Packages;
using PgPubSub.Testing.Processes;
using Xunit;

namespace PgPubSub.Poolers;

/// <summary>A fact behind PgBouncer. Its package is installed where the tests run as root on Debian or Ubuntu; else it is skipped where there is none.</summary>
public sealed class FactOfPgBouncerAttribute : FactAttribute
{
    private static readonly Lazy<string?> Lacking = new(() => LackingAsync().GetAwaiter().GetResult());

    public FactOfPgBouncerAttribute() => Skip = Lacking.Value;

    private static async Task<string?> LackingAsync()
    {
        if (SearchPath.Find(PgBouncer.Program) is not null)
            return null;
        if (!Apt.CanInstall)
            return "no PgBouncer on this machine: install the package pgbouncer, or run the tests as root on Debian or Ubuntu";
        await Console.Error.WriteLineAsync("No PgBouncer here; installing the distribution's package pgbouncer (apt-get install).");
        return await Apt.InstallAsync(PgBouncer.Program, CancellationToken.None) is { } failure ? $"PgBouncer could not be installed: {failure}" : null;
    }
}
