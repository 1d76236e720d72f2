using System.CommandLine;

namespace PgPubSub.Cli.DeadLetters;

/// <summary>Dead letters in an operator's hands.</summary>
internal static class DeadLettersVerb
{
    public static Command Create() => new Command("dead-letters", "Lists, shows, redrives or purges dead letters.")
    {
        ListVerb.Create(), ShowVerb.Create(),
        StepsVerb.Create("redrive", "Makes retries of dead letters, due at once and in order; the group's position stays.", purge: false),
        StepsVerb.Create("purge", "Deletes dead letters.", purge: true),
    };
}
