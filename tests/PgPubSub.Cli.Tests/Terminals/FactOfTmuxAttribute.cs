using PgPubSub.Testing.Packages;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Cli.Tests.Terminals;

/// <summary>A fact in a terminal. The package tmux is installed where the tests run as root on Debian or Ubuntu; else it is skipped where there is none.</summary>
internal sealed class FactOfTmuxAttribute : FactAttribute
{
    private static readonly Lazy<string?> Lacking = new(() => LackingAsync().GetAwaiter().GetResult());

    public FactOfTmuxAttribute() => Skip = Lacking.Value;

    private static async Task<string?> LackingAsync()
    {
        if (SearchPath.Find(Terminal.Program) is not null)
            return null;
        if (!Apt.CanInstall)
            return "no tmux on this machine: install the package tmux, or run the tests as root on Debian or Ubuntu";
        await Console.Error.WriteLineAsync("No tmux here; installing the distribution's package tmux (apt-get install).");
        return await Apt.InstallAsync(Terminal.Program, CancellationToken.None) is { } failure ? $"tmux could not be installed: {failure}" : null;
    }
}
