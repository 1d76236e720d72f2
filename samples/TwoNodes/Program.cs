using PgPubSub.Samples.Shared.Programs;
using TwoNodes;

// Two processes, each a node with a member of the same group, and a third, this one, that publishes. The busier of the two is killed with SIGKILL while it has events in hand:
// the other is handed them, nothing is lost, and the last line says how soon. The exit code is 0 only if it was so.
const string Usage = "usage: dotnet run --project samples/TwoNodes";
return await Run.AsProgramAsync(
    async stop => args switch
    {
        [] => await Demonstration.RunAsync(stop),
        ["member", var name, var schema] => await Member.RunAsync(name, schema, stop), // how the demonstration starts the two
        ["--help" or "-h"] => Run.ShowUsage(Usage),
        _ => throw new UsageException("There are no options."),
    },
    Usage);
