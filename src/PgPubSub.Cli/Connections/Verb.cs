using System.CommandLine;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Connections;

/// <summary>Makes a command of a verb's work: every failure becomes one line on standard error and an exit code.</summary>
internal static class Verb
{
    public static Command Does(this Command command, Func<Invocation, Task<int>> work)
    {
        command.SetAction(async (parsed, stop) =>
        {
            await using var run = new Invocation(parsed, stop);
            try
            {
                var exitCode = await work(run);
                run.Report.Flush();
                return exitCode;
            }
            catch (Exception e) when (StandardOutput.HasLeft(e))
            {
                return ExitCode.Done; // as where 'head' has had enough
            }
            catch (Exception e)
            {
                FlushIfPossible(run);
                var (exitCode, line) = await Faults.ExplainAsync(e, run);
                Say(line);
                if (parsed.GetValue(CommonOptions.Verbose))
                    Console.Error.WriteLine($"{e.GetType().FullName}\n{e.StackTrace}"); // without its message, which may quote what nobody should see
                return exitCode;
            }
        });
        return command;
    }

    // What failed first is what there is to say, also where the answer has nowhere to go.
    private static void FlushIfPossible(Invocation run)
    {
        try
        {
            run.Report.Flush();
        }
        catch (Exception e) when (StandardOutput.IsFull(e))
        {
            // Nobody gets it.
        }
    }

    /// <summary>Writes a line for people, wherever the answer goes.</summary>
    public static void Say(string line) => Console.Error.WriteLine($"pgpubsub: {Texts.Printable(line)}");

    public static Argument<string> Topic() => new("topic") { Description = "The topic's name" };

    public static Argument<string> Group() => new("group") { Description = "The group's name" };
}
