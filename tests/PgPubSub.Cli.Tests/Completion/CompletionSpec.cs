using System.Diagnostics;

namespace PgPubSub.Cli.Tests.Completion;

/// <summary>A real bash asks the script what may stand at the cursor.</summary>
public sealed class CompletionSpec
{
    [Theory]
    [InlineData("pgpubsub dead-l", "dead-letters")]
    [InlineData("pgpubsub dead-letters re", "redrive")]
    [InlineData("pgpubsub tail orders --fr", "--from")]
    [InlineData("pgpubsub retention s", "set show")]
    [InlineData("pgpubsub publish orders --fi", "--file")]
    [InlineData("pgpubsub groups --none", "")]
    public async Task Bash_completes_verbs_and_options(string line, string completions)
    {
        var script = $$"""
            set -eu
            pgpubsub() { dotnet exec "$CLI" "$@"; }
            source <(pgpubsub completion)
            complete -p pgpubsub | grep -q -- '-F _pgpubsub'
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            _pgpubsub pgpubsub '{{line.Split(' ')[^1]}}' '{{line.Split(' ')[^2]}}' # what bash passes on
            echo $(printf '%s\n' "${COMPREPLY[@]-}" | sort)
            """;
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true };
        start.Environment["CLI"] = Path.Combine(AppContext.BaseDirectory, "pgpubsub.dll");
        using var bash = Process.Start(start)!;
        var said = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.Equal((0, completions), (bash.ExitCode, said.Trim()));
    }
}
