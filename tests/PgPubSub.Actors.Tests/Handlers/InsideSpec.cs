using Akka.Actor;

namespace PgPubSub.Actors.Tests.Handlers;

public sealed class InsidePostgresSpec : InsideSpec;

public sealed class InsideInMemorySpec : InsideSpec
{
    protected override bool InMemory => true;
}

/// <summary>Everything may be asked for from inside a handler, and awaited there.</summary>
public abstract class InsideSpec : HandlerSpec
{
    [Fact]
    public async Task Every_request_is_answered_inside_a_handler()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PublishAsync("t", 1);
        Handle(new HandlerOptions { Rules = Patient }, async (_, delivery, _) =>
        {
            try
            {
                await Hub.Ask<Published>(new Publish("t2", new Number(2)), Patience);
                await Hub.Ask<HistoryPage>(new ReadHistory("t"), Patience);
                await Hub.Ask<GroupList>(new ListGroups(), Patience);
                await Hub.Ask<GroupPaused>(new PauseGroup("t", "g"), Patience);
                await Hub.Ask<GroupResumed>(new ResumeGroup("t", "g"), Patience);
                await Hub.Ask<Health>(GetHealth.Instance, Patience);
                await Hub.Ask<TopicDropped>(new DropTopic("t2"), Patience);
                await Hub.Ask<DeadLettersRedriven>(new RedriveDeadLetters("t"), Patience);
                var waiting = (await Hub.Ask<FlushIncomplete>(new Flush(TimeSpan.FromMilliseconds(100)), Patience)).Waiting;
                Assert.Equal(["Group g of t is not idle."], waiting); // it waits for itself
                Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Extend(TimeSpan.FromMinutes(1))));
                await Hub.Ask<Unsubscribed>(new Unsubscribe("t", "nobody"), Patience);
                Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Ack(), Patience));
                done.TrySetResult();
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        });

        await done.Task.WaitAsync(Patience);
        await AskHubAsync<Flushed>(new Flush());
    }

    [Fact]
    public async Task A_group_that_is_dropped_is_not_made_anew_behind_the_operators_back()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.Warning));
        await PublishAsync("t", 1);
        Handle(new HandlerOptions { Rules = Patient }, (_, _, _) => Task.CompletedTask);
        await UntilSettledAsync();

        await AskHubAsync<GroupDropped>(new DropGroup("t", "g"));

        await FishForMessageAsync<Akka.Event.Warning>(w => w.ToString().Contains("is not handled here any more", StringComparison.Ordinal), Patience);
        Assert.Empty((await AskHubAsync<GroupList>(new ListGroups())).Groups);
    }

    [Fact]
    public async Task A_consumer_may_end_its_own_subscription_while_it_handles()
    {
        await PublishAsync("t", 1, 2);
        var ended = CreateTestProbe();
        Sys.ActorOf(Props.Create(() => new Leaver(Hub, ended)));

        await ended.ExpectMsgAsync<Unsubscribed>(Patience);
        await UntilGroupAsync("t", "g", g => g is { InFlight: 0 } && g.Lag + g.Retrying == 2);
    }

    private sealed class Leaver : ReceiveActor
    {
        public Leaver(IActorRef hub, IActorRef told)
        {
            hub.Tell(new Subscribe("t", "g", Window: 1));
            ReceiveAsync<Delivery>(async _ => told.Tell(await hub.Ask<Unsubscribed>(new Unsubscribe("t", "g", Self), Patience)));
            ReceiveAny(_ => { });
        }
    }
}
