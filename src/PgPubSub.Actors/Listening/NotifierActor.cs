using Akka.Actor;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Listening;

/// <summary>
/// Tells other nodes what was committed here, after the commit and on a connection of its own. What is committed while a notification is under way goes
/// out with the next, many topics in one. A lost one is made good by the poll.
/// </summary>
internal sealed class NotifierActor : ReceiveActor
{
    private readonly IWakeupStore _store;
    private readonly Dictionary<TopicId, long> _moved = [];
    private bool _sending;

    public NotifierActor(IWakeupStore store)
    {
        _store = store;
        Receive<Committed>(m =>
        {
            _moved[m.Tail.Topic] = Math.Max(_moved.GetValueOrDefault(m.Tail.Topic), m.Tail.Tail);
            Send();
        });
        Receive<Sent>(_ =>
        {
            _sending = false;
            Send();
        });
    }

    public static Props Props(IWakeupStore store) => Akka.Actor.Props.Create(() => new NotifierActor(store));

    private void Send()
    {
        if (_sending || _moved.Count == 0)
            return;
        _sending = true;
        TopicTail[] tails = [.. _moved.Select(x => new TopicTail(x.Key, x.Value))];
        _moved.Clear();
        _store.NotifyAsync(tails).Pipe(Self, () => Sent.Instance, (_, _) => Sent.Instance);
    }

    private sealed record Sent
    {
        public static readonly Sent Instance = new();
    }
}
