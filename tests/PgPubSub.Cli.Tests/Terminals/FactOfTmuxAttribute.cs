using PgPubSub.Shared.Packages;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Cli.Tests.Terminals;

/// <summary>A fact in a terminal. The package tmux is installed where the tests run as root on Debian or Ubuntu; else it is skipped where there is none.</summary>
internal sealed class FactOfTmuxAttribute : FactAttribute
{
    private static readonly Lazy<string?> Lacking = new(() => Distribution.LackingAsync(Terminal.Program, Terminal.Program, () => SearchPath.Find(Terminal.Program) is not null).GetAwaiter().GetResult());

    public FactOfTmuxAttribute() => Skip = Lacking.Value;
}
