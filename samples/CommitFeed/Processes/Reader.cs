using Akka.Hosting;
using CommitFeed.Journals;
using CommitFeed.Nodes;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Samples.Shared.Nodes;
using PgPubSub.Samples.Shared.Processes;
using PgPubSub.Samples.Shared.Programs;

namespace CommitFeed.Processes;

/// <summary>A process with one private subscriber: live from now, or history from an offset and then live.</summary>
internal static class Reader
{
    public static async Task<int> RunAsync(Command.Reader command, CancellationToken stop)
    {
        using var journal = new Journal(command.Journal);
        var from = command.From is { } offset ? StartFrom.Offset(offset) : StartFrom.Latest;
        await using var node = await Node.StartAsync(
            command.Name, ParentPipe.ConnectionString, command.Schema,
            akka => akka.WithActors((system, registry) => system.ActorOf(FeedReader.Props(registry.Get<PgPubSubHub>(), from, journal), "reader")),
            stop);
        journal.Up();
        await ParentPipe.ReadToEndAsync(_ => { }, stop);
        return ExitCodes.Good;
    }
}
