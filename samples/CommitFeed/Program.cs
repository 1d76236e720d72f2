using CommitFeed;
using CommitFeed.Processes;
using PgPubSub.Samples.Shared.Programs;

// One executable, three roles: the coordinator that a person starts, and the workers and readers that the coordinator starts.
return await Run.AsProgramAsync(
    async stop => CommandLine.Parse(args) switch
    {
        Command.Run run => await Coordinator.RunAsync(run, stop),
        Command.Worker worker => await Worker.RunAsync(worker, stop),
        Command.Reader reader => await Reader.RunAsync(reader, stop),
        _ => Run.ShowUsage(CommandLine.Usage),
    },
    CommandLine.Usage);
