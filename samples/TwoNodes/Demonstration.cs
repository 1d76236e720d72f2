using System.Diagnostics;
using System.Text.Json;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Samples.Shared.Nodes;
using PgPubSub.Samples.Shared.Programs;
using PgPubSub.Samples.Shared.Servers;

namespace TwoNodes;

/// <summary>What happens, in the order in which it does.</summary>
internal sealed class Demonstration(Story story, IReadOnlyList<MemberProcess> members, SemaphoreSlim heard, CancellationToken stop)
{
    private const int Events = 160;

    // A node judges others only when it has known them for five seconds: the publishing takes longer than that, and the kill comes after.
    private static readonly TimeSpan BetweenEvents = TimeSpan.FromMilliseconds(50), Acquainted = TimeSpan.FromSeconds(6), Patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var story = new Story();
        using var heard = new SemaphoreSlim(0);
        await using var server = await SampleServer.FindAsync(story.Say, stop);
        var schema = server.NewSchema("twonodes");
        await using var node = await Node.StartAsync("publisher", server.ConnectionString, schema, _ => { }, stop);
        using var left = MemberProcess.Start("left", server.ConnectionString, schema, () => heard.Release());
        using var right = MemberProcess.Start("right", server.ConnectionString, schema, () => heard.Release());
        try
        {
            return await new Demonstration(story, [left, right], heard, stop).RunAsync(await node.HubAsync(stop));
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            story.Say("FAILED: " + e.Message);
            return ExitCodes.CheckFailed;
        }
    }

    private async Task<int> RunAsync(IActorRef hub)
    {
        await Task.WhenAll(members.Select(member => member.Up)).WaitAsync(Patience, stop);
        var up = Stopwatch.GetTimestamp();
        story.Say($"left and right are up, two processes with a member of the group '{Member.Group}' each; {Events} events are published");
        var publishing = PublishAsync(hub);

        await UntilAsync("a member has events in hand", () => Stopwatch.GetElapsedTime(up) > Acquainted && members.Any(member => member.InHand.Count > 0));
        var victim = members.MaxBy(member => member.InHand.Count)!;
        var survivor = members.Single(member => member != victim);
        var killed = await victim.KillAsync();
        var held = victim.InHand;
        story.Say($"SIGKILL to {victim.Name}, which had the offsets {string.Join(", ", held)} in hand");

        await publishing.WaitAsync(Patience, stop);
        await UntilAsync("everything is handled", () => Done().Distinct().Count() == Events);
        await survivor.StopAsync();
        return Tell(survivor, held, killed);
    }

    private async Task PublishAsync(IActorRef hub)
    {
        using var pace = new PeriodicTimer(BetweenEvents);
        for (var i = 0; i < Events && await pace.WaitForNextTickAsync(stop); i++)
        {
            if (await hub.Ask<IPublishReply>(new Publish(Member.Topic, $"order {i}"), Patience, stop) is PublishRejected rejected)
                throw new InvalidOperationException($"a publish was rejected: {rejected.Reason}");
        }
    }

    private int Tell(MemberProcess survivor, IReadOnlyList<long> held, long killed)
    {
        var takenOver = survivor.Notes.Where(note => note.What == Member.Begun && note.Attempt > 1 && held.Contains(note.Offset)).DistinctBy(note => note.Offset).ToList();
        var soon = takenOver.Count == 0 ? 0 : Math.Round(Stopwatch.GetElapsedTime(killed, takenOver.Max(note => note.At)).TotalMilliseconds);
        var lost = Events - Done().Distinct().Count();
        story.Say($"{survivor.Name} was handed {takenOver.Count} of these {held.Count}, the last of them {soon} ms after the kill, with a higher attempt; {lost} events are lost");
        Console.WriteLine(JsonSerializer.Serialize(new { published = Events, lost, again = Done().Count() - Done().Distinct().Count(), held = held.Count, taken_over = takenOver.Count, takeover_ms = soon }));
        return lost == 0 && held.Count > 0 && takenOver.Count == held.Count ? ExitCodes.Good : ExitCodes.CheckFailed;
    }

    private IEnumerable<long> Done() => members.SelectMany(member => member.Notes).Where(note => note.What == Member.Done).Select(note => note.Offset);

    /// <summary>Looks whenever a member has told something.</summary>
    private async Task UntilAsync(string what, Func<bool> holds)
    {
        while (!holds())
        {
            if (!await heard.WaitAsync(Patience, stop))
                throw new TimeoutException($"nothing happened for {Patience.TotalSeconds} s while waiting until {what}");
        }
    }
}
