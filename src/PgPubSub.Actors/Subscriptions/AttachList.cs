using Akka.Actor;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Consumers of a group who joined before it stood, and are to hear what came of it.</summary>
internal sealed class AttachList(SubscriptionTerms terms)
{
    private readonly List<Attach> _all = [];

    public void Add(Attach attach) => _all.Add(attach);

    /// <summary>The group stands.</summary>
    public void Greet(Action<Attach> greet)
    {
        _all.ForEach(greet);
        _all.Clear();
    }

    /// <summary>One of them has left, or has stopped.</summary>
    public void Refuse(IActorRef consumer, string why)
    {
        foreach (var attach in _all.Where(attach => attach.Consumer.Equals(consumer)).ToArray())
        {
            _all.Remove(attach);
            attach.Refuse(terms.Topic, terms.Group, why);
        }
    }

    /// <summary>The group will not stand here.</summary>
    public void RefuseAll(string why)
    {
        _all.ForEach(attach => attach.Refuse(terms.Topic, terms.Group, why));
        _all.Clear();
    }
}
