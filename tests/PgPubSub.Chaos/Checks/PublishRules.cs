using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>What publishers were promised: R1 and R2. Each rule yields a sentence for each breach.</summary>
internal static class PublishRules
{
    /// <summary>An event that was confirmed is in the log at its offset, under its id and with its number.</summary>
    public static IEnumerable<string> ConfirmedIsThere(Evidence evidence)
    {
        var logs = evidence.Topics.ToDictionary(topic => topic.Topic, topic => topic.Log.ToLookup(row => row.Offset));
        foreach (var fact in Facts(evidence, Note.Published))
        {
            var row = logs.TryGetValue(fact.Topic, out var log) ? log[fact.Offset].FirstOrDefault() : null;
            if (row is null)
                yield return $"{Number(fact)} was confirmed at {fact.Offset}, where nothing is.";
            else if (row.EventId != fact.EventId || row.Number != fact.Number)
                yield return $"{Number(fact)} was confirmed at {fact.Offset}, where {row.Number} is or another id.";
        }
    }

    /// <summary>No event is in the log twice, by its number or by its id.</summary>
    public static IEnumerable<string> StoredOnce(Evidence evidence) =>
        Twice(evidence, row => row.Number, "number").Concat(Twice(evidence, row => row.EventId, "id"));

    /// <summary>No event is in the log that nobody sent, or that its publisher was told was refused for good.</summary>
    public static IEnumerable<string> StoredWasSent(Evidence evidence)
    {
        var sent = Facts(evidence, Note.Sent).Select(fact => (fact.Topic, fact.Number)).ToHashSet();
        return evidence.Topics.SelectMany(topic => topic.Log.Where(row => !sent.Contains((topic.Topic, row.Number))).Select(row => $"{topic.Topic} holds {row.Number}, which nobody sent."));
    }

    /// <summary>What was rejected was not stored, unless it was sent again.</summary>
    public static IEnumerable<string> RejectedIsNotThere(Evidence evidence)
    {
        var last = new Dictionary<(string, long), Note>();
        foreach (var fact in evidence.Workers.SelectMany(worker => worker.Facts).Where(fact => fact.What is Note.Sent or Note.Published or Note.Doubtful or Note.Rejected))
            last[(fact.Topic, fact.Number)] = fact.What;
        return evidence.Topics.SelectMany(topic => topic.Log.Where(row => last.GetValueOrDefault((topic.Topic, row.Number)) is Note.Rejected).Select(row => $"{topic.Topic} holds {row.Number}, which was rejected."));
    }

    /// <summary>Offsets are 0, 1, 2, ... and the time of publishing never goes back along them.</summary>
    public static IEnumerable<string> Gapless(Evidence evidence)
    {
        foreach (var topic in evidence.Topics)
        {
            var (expected, time) = (0L, long.MinValue);
            foreach (var row in topic.Log.OrderBy(row => row.Offset))
            {
                if (row.Offset != expected)
                    yield return $"{topic.Topic} has {row.Offset} where {expected} should be.";
                if (row.PublishedAt < time)
                    yield return $"{topic.Topic} was published earlier at {row.Offset} than before it.";
                (expected, time) = (row.Offset + 1, row.PublishedAt);
            }
        }
    }

    private static IEnumerable<Fact> Facts(Evidence evidence, Note what) => evidence.Workers.SelectMany(worker => worker.Facts).Where(fact => fact.What == what);

    private static IEnumerable<string> Twice<T>(Evidence evidence, Func<LogRow, T> by, string what) =>
        evidence.Topics.SelectMany(topic => topic.Log.Select(row => (topic.Topic, row))).GroupBy(e => by(e.row)).Where(same => same.Count() > 1)
            .Select(same => $"The {what} {same.Key} is in the log {same.Count()} times: {string.Join(", ", same.Select(e => $"{e.Topic} at {e.row.Offset}"))}.");

    private static string Number(Fact fact) => $"{fact.Number} of {fact.Topic}";
}
