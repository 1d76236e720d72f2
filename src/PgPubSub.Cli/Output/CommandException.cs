namespace PgPubSub.Cli.Output;

/// <summary>Ends a command with one line for standard error.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">The line; never a connection string or an event's content.</param>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Usage(string message) => new(Output.ExitCode.Usage, message);

    public static CommandException Absent(string message) => new(Output.ExitCode.Absent, message);
}
