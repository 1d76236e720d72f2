using PgPubSub.Cli.Tests.Runs;

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
            pgpubsub() { $CLI "$@"; }
            source <(pgpubsub completion)
            complete -p pgpubsub | grep -q -- '-F _pgpubsub'
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            _pgpubsub pgpubsub '{{line.Split(' ')[^1]}}' '{{line.Split(' ')[^2]}}' # what bash passes on
            echo $(printf '%s\n' "${COMPREPLY[@]-}" | sort)
            """;
        var run = await CliRun.InShellAsync(script, new Dictionary<string, string>());

        Assert.Equal((0, completions), (run.ExitCode, run.Output.Trim()));
    }
}
