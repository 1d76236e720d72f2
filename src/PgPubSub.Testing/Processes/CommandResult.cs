namespace PgPubSub.Testing.Processes;

/// <summary>What a command said (both streams, trimmed) and the code it ended with.</summary>
internal readonly record struct CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
