using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Log;

/// <summary>Topics whose appends had trouble lately: they go alone until some time has passed without any, so that theirs isn't another's. Not thread-safe.</summary>
internal sealed class LoneTopics(TimeProvider clock)
{
    private const int Many = 1_000;
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);
    private readonly Dictionary<TopicId, long> _troubles = [];

    /// <summary>How many are remembered, those included whose time is over.</summary>
    public int Count => _troubles.Count;

    public void Add(TopicId topic)
    {
        if (_troubles.Count >= Many)
        {
            foreach (var (old, trouble) in _troubles)
            {
                if (clock.GetElapsedTime(trouble) >= Lately)
                    _troubles.Remove(old);
            }
        }

        _troubles[topic] = clock.GetTimestamp();
    }

    public bool Contains(TopicId topic)
    {
        if (_troubles.Count == 0 || !_troubles.TryGetValue(topic, out var trouble))
            return false;
        if (clock.GetElapsedTime(trouble) < Lately)
            return true;
        _troubles.Remove(topic);
        return false;
    }
}
