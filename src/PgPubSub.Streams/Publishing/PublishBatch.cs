using PgPubSub.Actors;

namespace PgPubSub.Streams;

/// <summary>Elements that go to the hub in one message. One that is a <see cref="Publish"/> to another topic is rejected here, so that it fails no other.</summary>
internal sealed class PublishBatch<T>
{
    private const string OtherTopic = "The event names another topic.";

    private readonly string _topic;
    private readonly (T Element, bool Sent)[] _elements;

    public PublishBatch(string topic, IReadOnlyList<T> elements, Func<T, object?> eventOf)
    {
        _topic = topic;
        _elements = new (T, bool)[elements.Count];
        var events = new List<Publish>(elements.Count);
        for (var i = 0; i < elements.Count; i++)
        {
            var one = eventOf(elements[i]);
            var publish = one as Publish ?? new Publish(topic, one!); // null is the hub's to reject
            _elements[i] = (elements[i], publish.Topic == topic);
            if (publish.Topic == topic)
                events.Add(publish);
        }

        Request = new PublishEach(topic, events);
    }

    /// <summary>What the hub is asked; without an event it has nothing to do.</summary>
    public PublishEach Request { get; }

    /// <summary>What became of each element, in order.</summary>
    public IEnumerable<(T Element, IPublishReply Reply)> Read(IPublishReply reply)
    {
        var next = 0;
        foreach (var (element, sent) in _elements)
            yield return (element, !sent ? new PublishRejected(_topic, OtherTopic, CanRetry: false) : reply is PublishedEach each ? each.Replies[next++] : reply);
    }
}
