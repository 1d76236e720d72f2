using Akka.Actor;
using PgPubSub.Actors.Topics;

namespace PgPubSub.Actors.Operations;

/// <summary>Does what operators ask for, many things at once. What changed is found by the node's next poll, which is asked for at once.</summary>
internal sealed class OperatorActor : ReceiveActor
{
    private readonly CancellationTokenSource _stop = new();

    public OperatorActor(Stores stores, IPayloadSerializer serializer)
    {
        var groups = new GroupOperations(stores.Subscriptions);
        var topics = new TopicOperations(stores.Log, stores.Topics, serializer);
        var letters = new DeadLetterOperations(stores.Log, stores.DeadLetters, serializer);
        Receive<IGroupOperation>(m => Run(groups.RunAsync(m, _stop.Token), (why, retry) => new GroupRefused(m.Topic ?? "", m.Group ?? "", why, retry), changes: true));
        Receive<ListGroups>(m => Run(groups.ListAsync(m, _stop.Token), (why, _) => new ListRefused(why)));
        Receive<DropPattern>(m => Run(groups.DropAsync(m), (why, retry) => new PatternRejected(m.Pattern ?? "", m.Group, why, retry), changes: true));
        Receive<AlterTopic>(m => Run(topics.AlterAsync(m, _stop.Token), (why, retry) => new TopicRefused(m.Topic ?? "", why, retry), changes: true));
        Receive<ClearTopic>(m => Run(topics.ClearAsync(m, _stop.Token), (why, retry) => new TopicRefused(m.Topic ?? "", why, retry), changes: true));
        Receive<DropTopic>(m => Run(topics.DropAsync(m, _stop.Token), (why, retry) => new TopicRefused(m.Topic ?? "", why, retry), changes: true));
        Receive<ListTopics>(m => Run(topics.ListAsync(m, _stop.Token), (why, _) => new ListRefused(why)));
        Receive<ReadHistory>(m => Run(topics.ReadAsync(m, _stop.Token), (why, retry) => new HistoryRefused(m.Topic ?? "", why, retry)));
        Receive<ListDeadLetters>(m => Run(letters.ListAsync(m, _stop.Token), (why, _) => new ListRefused(why)));
        Receive<RedriveDeadLetters>(m => Run(letters.RedriveAsync(m, _stop.Token), (why, retry) => new DeadLettersRefused(m.Topic ?? "", why, retry), changes: true));
        Receive<PurgeDeadLetters>(m => Run(letters.PurgeAsync(m, _stop.Token), (why, retry) => new DeadLettersRefused(m.Topic ?? "", why, retry)));
        Receive<Ran>(m =>
        {
            if (m.Changes)
                Context.Parent.Tell(PollNow.Instance);
            m.Asker.Tell(m.Reply, Context.Parent);
        });
    }

    public static Props Props(Stores stores, IPayloadSerializer serializer) => Akka.Actor.Props.Create(() => new OperatorActor(stores, serializer));

    protected override void PostStop() => _stop.Cancel();

    private void Run(Task<object> work, Func<string, bool, object> refuse, bool changes = false)
    {
        var asker = Sender;
        work.PipeTo(
            Self, Self,
            success: reply => new Ran(asker, reply, changes),
            failure: e =>
            {
                var (reason, canRetry) = OperationFailed.Explain(e);
                return new Ran(asker, refuse(reason, canRetry), changes);
            });
    }

    private sealed record Ran(IActorRef Asker, object Reply, bool Changes);
}
