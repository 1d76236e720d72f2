using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Completion;

/// <summary>Prints the script that lets a shell complete verbs and options. It asks the program itself, so it knows each version's.</summary>
internal static class CompletionVerb
{
    public static Command Create() => new Command("completion", "Prints the script that completes verbs and options, for bash and zsh.").Does(run =>
    {
        using var script = new StreamReader(typeof(CompletionVerb).Assembly.GetManifestResourceStream("completion.bash")!);
        run.Report.Text(script.ReadToEnd().ReplaceLineEndings("\n"));
        return Task.FromResult(ExitCode.Done);
    });
}
