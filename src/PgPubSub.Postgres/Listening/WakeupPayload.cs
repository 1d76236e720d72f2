using System.Globalization;
using System.Text;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Listening;

/// <summary>What travels in a notification: <c>topic:tail</c>, many of them separated by blanks; never event data.</summary>
internal static class WakeupPayload
{
    // PostgreSQL refuses a payload of 8,000 bytes or more.
    private const int MostBytes = 7_900;

    public static IEnumerable<string> Write(IReadOnlyList<TopicTail> tails)
    {
        var payload = new StringBuilder();
        foreach (var (topic, tail) in tails)
        {
            var item = string.Create(CultureInfo.InvariantCulture, $"{topic.Value}:{tail}");
            if (payload.Length + item.Length + 1 > MostBytes)
            {
                yield return payload.ToString();
                payload.Clear();
            }

            payload.Append(payload.Length == 0 ? "" : " ").Append(item);
        }

        if (payload.Length > 0)
            yield return payload.ToString();
    }

    /// <summary>Reads a payload; what is not ours is passed over.</summary>
    public static IEnumerable<TopicTail> Read(string payload)
    {
        foreach (var item in payload.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = item.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && int.TryParse(item.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var topic)
                && long.TryParse(item.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var tail))
                yield return new TopicTail(new TopicId(topic), tail);
        }
    }
}
