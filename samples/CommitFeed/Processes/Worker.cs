using System.Text.Json;
using CommitFeed.Journals;
using PgPubSub.Actors;
using PgPubSub.Samples.Shared.Nodes;
using PgPubSub.Samples.Shared.Processes;
using PgPubSub.Samples.Shared.Programs;

namespace CommitFeed.Processes;

/// <summary>A process with one member of the group: a handler, no actor of its own. What the handler returns from is acked.</summary>
internal static class Worker
{
    /// <summary>What the coordinator says to have the worker hold what it gets from then on.</summary>
    public const string Hold = "hold";

    public static async Task<int> RunAsync(Command.Worker command, CancellationToken stop)
    {
        using var journal = new Journal(command.Journal);
        var gate = new Gate();
        await using var node = await Node.StartAsync(
            command.Name, ParentPipe.ConnectionString, command.Schema,
            akka => akka.WithPgSubscription<JsonElement>(
                Feed.Topic,
                Feed.Group,
                async (_, delivery, cancel) =>
                {
                    journal.HandedOut(delivery);
                    await gate.PassAsync(cancel);
                    journal.Handled(delivery);
                },
                options => options.Concurrency = Feed.Concurrency),
            stop);
        journal.Up();
        await ParentPipe.ReadToEndAsync(line => gate.Closed = line == Hold, stop);
        return ExitCodes.Good;
    }

    /// <summary>The work: nothing while open; while closed it lasts until the message is taken away, as a very long piece of work would.</summary>
    private sealed class Gate
    {
        private volatile bool _closed;

        public bool Closed
        {
            set => _closed = value;
        }

        public Task PassAsync(CancellationToken cancel) => _closed ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask;
    }
}
