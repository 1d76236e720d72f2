using Akka.Actor;
using FsCheck;
using FsCheck.Fluent;
using PgPubSub.Actors;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>Answers to what was never handed out change nothing.</summary>
public sealed class AnswersSpec
{
    internal static readonly IReadOnlyList<Type> Answers = [typeof(Ack), typeof(Nack), typeof(Bury), typeof(Extend)];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true, Pools.Group)]
    [InlineData(true, null)]
    [InlineData(false, Pools.Group)]
    public async Task A_forged_answer_is_refused_and_what_is_out_stays_out(bool inMemory, string? group)
    {
        await using var hub = await FuzzHub.StartAsync(inMemory);
        var held = new TaskCompletionSource<(Delivery, IActorRef)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var holder = hub.System.ActorOf(Props.Create(() => new HolderActor(hub.Hub, group, held)));
        await hub.AskAsync<Published>(new Publish(Pools.Topic, new Number(1)));
        var (delivery, subscription) = await held.Task.WaitAsync(Patience);
        var ids = Gen.Elements(Forgeries.Ids.Where(id => id != delivery.Id)).Or(from holding in Gen.Choose(2, int.MaxValue) from index in Gen.Choose(int.MinValue, int.MaxValue) select new DeliveryId(holding, index));
        var cases = from id in ids from answer in Gen.Choose(0, 3) from reason in Gen.Elements<Value>(Texts.Hostile) select new Forged(id, answer, reason);

        Fuzzing.Hold(Arb.From(cases), async forged =>
        {
            var answer = forged.For(subscription);
            subscription.Tell(answer, ActorRefs.NoSender);
            hub.Hub.Tell(answer, ActorRefs.NoSender);
            Assert.IsType<AnswerRefused>(await Forgeries.Delivery(subscription, forged.Id).SettleAsync(answer, Patience));
            Assert.All(await Delivery.SettleAllAsync([answer, answer], Patience), reply => Assert.IsType<AnswerRefused>(reply));
        });

        Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Ack(), Patience));
        hub.System.Stop(holder);
        await hub.IsWellAsync();
    }

    private sealed record Forged(DeliveryId Id, int Answer, Value Reason)
    {
        public IAnswer For(IActorRef subscription)
        {
            var delivery = Forgeries.Delivery(subscription, Id);
            var reason = (string)Reason.Make(null!)!;
            return Answer switch { 0 => delivery.Ack(), 1 => delivery.Nack(reason, TimeSpan.FromDays(30)), 2 => delivery.DeadLetter(reason), _ => delivery.Extend(TimeSpan.FromTicks(1)) };
        }

        public override string ToString() => $"{Answers[Answer].Name} of {Id} for {Reason.Name}";
    }

    // Holds the first delivery that it gets.
    private sealed class HolderActor : ReceiveActor
    {
        public HolderActor(IActorRef hub, string? group, TaskCompletionSource<(Delivery, IActorRef)> held)
        {
            Receive<Delivery>(m => held.TrySetResult((m, Sender)));
            ReceiveAny(_ => { });
            hub.Tell(new Subscribe(Pools.Topic, group, PgPubSub.Core.Subscriptions.StartFrom.Earliest), Self);
        }
    }
}
