using System.Text;
using PgPubSub.Cli.Tests.Documents;
using PgPubSub.Cli.Tests.Runs;

namespace PgPubSub.Cli.Tests.Help;

/// <summary>What each verb says with <c>--help</c> is a text that people have read: Help/help.txt.</summary>
public sealed class HelpSpec
{
    [Fact]
    public async Task The_help_of_every_verb_is_the_reviewed_text()
    {
        var said = new StringBuilder();
        foreach (var words in KnownVerb.All.Select(command => command.Words).Prepend([]))
        {
            var run = await CliRun.StartAsync(new Dictionary<string, string>(), [.. words, "--help"]);
            Assert.Equal((0, ""), (run.ExitCode, run.Errors));
            said.Append("$ ").AppendJoin(' ', [.. words.Prepend("pgpubsub"), "--help"]).Append('\n').Append(run.Output.ReplaceLineEndings("\n").TrimEnd()).Append("\n\n");
        }

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "PgPubSub.Cli.Tests", "Help", "help.txt")), said.ToString().TrimEnd() + "\n");
    }
}
