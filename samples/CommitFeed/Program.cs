using CommitFeed;
using CommitFeed.Input;
using CommitFeed.Nodes;
using CommitFeed.Processes;
using PgPubSub.Testing;

// One executable, three roles: the coordinator that a person starts, and the workers and readers that the coordinator starts.
using var signals = new StopSignals();
try
{
    return CommandLine.Parse(args) switch
    {
        Command.Run run => await Coordinator.RunAsync(run, signals.Stop),
        Command.Worker worker => await Worker.RunAsync(worker, signals.Stop),
        Command.Reader reader => await Reader.RunAsync(reader, signals.Stop),
        _ => CommandLine.ShowUsage(Console.Out),
    };
}
catch (UsageException e)
{
    Console.Error.WriteLine("error: " + e.Message);
    CommandLine.ShowUsage(Console.Error);
    return ExitCodes.Usage;
}
catch (Exception e) when (e is InputException or NodeException or PostgresNotFoundException or ServerStartException)
{
    Console.Error.WriteLine("error: " + e.Message);
    return ExitCodes.Usage;
}
catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
{
    return ExitCodes.Interrupted;
}
