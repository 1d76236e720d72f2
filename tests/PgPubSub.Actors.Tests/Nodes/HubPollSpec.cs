using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory;

namespace PgPubSub.Actors.Tests.Nodes;

/// <summary>The hub brings its node's beats to the poll, and what that sees of other nodes back.</summary>
public sealed class HubPollSpec() : TestKit("""akka { loglevel = ERROR, scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" }""")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly NodeSighting Dead = new(Guid.NewGuid(), "other", "2024-05-06 07:08:09", KeepsLock: true, LockHeld: false, HoldsLeases: false);

    [Fact]
    public async Task Its_polls_are_its_beats_and_its_looks()
    {
        var polls = new ConcurrentQueue<PollRequest>();
        var (memory, clock) = (new InMemoryStore(), new HandClock());
        var nodes = new ScriptedBeats(memory.Nodes) { Polled = request => TellAsync(request, polls, memory.Nodes) };
        var settings = new PgPubSubOptions { Listen = ListenMode.Off, CleanupInterval = TimeSpan.Zero }.UseInMemory(memory).Freeze();
        var hub = Sys.ActorOf(TopicSupervisor.Props(Stores.Of(memory) with { Nodes = nodes }, settings, clock));
        var consumer = CreateTestProbe();
        hub.Tell(new Subscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);

        for (var passed = TimeSpan.Zero; passed < settings.TimeToLive * 2 && !(nodes.TakeOvers > 0 && polls.Any(poll => poll.KeepsLock is not null)); passed += Step)
        {
            clock.Advance(Step);
            ((TestScheduler)Sys.Scheduler).Advance(Step);
            await SettleAsync(hub);
        }

        Assert.Equal(Dead, await nodes.NextTakeOverAsync());
        var node = await nodes.NextRegisteredAsync();
        Assert.All(polls.Where(poll => poll.KeepsLock is not null), poll => Assert.Equal(node, poll.Node));
    }

    // All that was sent before is handled, and what came of it, from one to the other: time must not run ahead of those who measure it.
    private async Task SettleAsync(IActorRef hub)
    {
        for (var round = 0; round < 3; round++)
        {
            foreach (var path in new[] { hub.Path, hub.Path / NodeServices.Poll, hub.Path / NodeServices.Node })
                await Sys.ActorSelection(path).Ask<ActorIdentity>(new Identify(null), Patience);
        }
    }

    private static async Task<PollResult> TellAsync(PollRequest request, ConcurrentQueue<PollRequest> polls, INodeStore served)
    {
        polls.Enqueue(request);
        return (await served.PollAsync(request with { Node = null, KeepsLock = null }, CancellationToken.None)) with
        {
            Others = request.Node is null ? null : [Dead],
            Beat = request.KeepsLock is null ? null : new PolledBeat([]),
        };
    }
}
