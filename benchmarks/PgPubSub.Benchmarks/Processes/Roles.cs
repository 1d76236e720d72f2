using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Testing;

namespace PgPubSub.Benchmarks.Processes;

/// <summary>The child's side: plays a role until its standard input ends.</summary>
internal static class Roles
{
    /// <summary>The first argument of a child process.</summary>
    public const string Word = "role";

    public const string Ready = "ready", Go = "go", Done = "done", Holding = "holding", Read = "read";

    /// <summary>Subscriptions of an idle node and of a crowd lie on so many topics.</summary>
    public const int Topics = 100;

    private const int PacePerSecond = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<int> PlayAsync(Role role, string schema, string[] details)
    {
        var node = role is Role.Bare ? Node.Bare() : await Node.StartAsync(Environment.GetEnvironmentVariable(PostgresServer.Variable)!, schema);
        var tally = new Tally();
        using var queries = new QueryCount();
        switch (role)
        {
            case Role.Hold:
                await Consumer.StartSilentAsync(node, new Subscribe(details[0], details[1], StartFrom.Earliest), _ => Say(Holding));
                break;
            case Role.Idle:
                await SubscribeAsync(node, tally, int.Parse(details[0], CultureInfo.InvariantCulture), group: i => i % 2 == 0 ? $"group-{i}" : null);
                break;
            case Role.Crowd:
                await SubscribeAsync(node, tally, int.Parse(details[0], CultureInfo.InvariantCulture), group: _ => null);
                break;
        }

        Say(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (role, line)
            {
                case (Role.Consume, Go):
                    await Consumer.StartAsync(node, tally, details[0], details[1], StartFrom.Earliest);
                    break;
                case (Role.Pace, Go):
                    await PaceAsync(node, details[0], int.Parse(details[1], CultureInfo.InvariantCulture));
                    Say(Done);
                    break;
                case (Role.Crowd, Go):
                    await PublishOneEachAsync(node);
                    await tally.ReachAsync(long.Parse(details[0], CultureInfo.InvariantCulture), Patience);
                    Say(Done);
                    break;
                case (_, Read):
                    using (var self = Process.GetCurrentProcess())
                        Say(string.Create(CultureInfo.InvariantCulture, $"{tally.Handled} {tally.Sum} {(long)self.TotalProcessorTime.TotalMilliseconds} {self.WorkingSet64} {queries.Sent}"));
                    break;
            }
        }

        await node.DisposeAsync();
        return 0;
    }

    private static string TopicOf(int i) => $"topic-{i % Topics}";

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }

    private static async Task SubscribeAsync(Node node, Tally tally, int count, Func<int, string?> group)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(200))
            await Task.WhenAll(some.Select(i => Consumer.StartAsync(node, tally, TopicOf(i), group(i), StartFrom.Latest)));
    }

    private static async Task PublishOneEachAsync(Node node)
    {
        var bytes = new EventBytes(Labs.Payload.Utf8, "application/json");
        for (var i = 0; i < Topics; i++)
        {
            if (await node.Hub.Ask<object>(new Publish(TopicOf(i), bytes, Type: Labs.Payload.Type), Patience) is not Published)
                throw new Labs.CheckFailedException("A publish was rejected.");
        }
    }

    private static async Task PaceAsync(Node node, string topic, int count)
    {
        var unconfirmed = new List<Task<IPublishReply>>(count);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PacePerSecond));
        for (var i = 0; i < count; i++)
        {
            await timer.WaitForNextTickAsync();
            unconfirmed.Add(node.Hub.Ask<IPublishReply>(new Publish(topic, Stamp.Now(), Type: Labs.Payload.Type), Patience));
        }

        if ((await Task.WhenAll(unconfirmed)).Any(reply => reply is not Published))
            throw new Labs.CheckFailedException("A publish was rejected.");
    }
}
