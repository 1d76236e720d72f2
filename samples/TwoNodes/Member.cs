using PgPubSub.Actors;
using PgPubSub.Samples.Shared.Nodes;
using PgPubSub.Samples.Shared.Processes;
using PgPubSub.Samples.Shared.Programs;

namespace TwoNodes;

/// <summary>A process with a member of the group. Each event is half a second of work, and standard output tells when it begins and when it is done.</summary>
internal static class Member
{
    public const string Topic = "orders", Group = "billing", Up = "up", Begun = "begun", Done = "done";

    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(string name, string schema, CancellationToken stop)
    {
        await using var node = await Node.StartAsync(
            name, ParentPipe.ConnectionString, schema,
            akka => akka.WithPgSubscription<string>(
                Topic,
                Group,
                async (_, delivery, cancel) =>
                {
                    Console.WriteLine($"{Begun} {delivery.Offset} {delivery.Attempt}");
                    await Task.Delay(Work, cancel); // cancelled when the event is no longer this member's
                    Console.WriteLine($"{Done} {delivery.Offset} {delivery.Attempt}");
                },
                options => options.Concurrency = 32),
            stop);
        Console.WriteLine(Up);
        await ParentPipe.ReadToEndAsync(_ => { }, stop);
        return ExitCodes.Good;
    }
}
