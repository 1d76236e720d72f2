using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>What groups were promised: R3, R5, R6, R7 and R9. Each rule yields a sentence for each breach.</summary>
internal static class DeliveryRules
{
    /// <summary>Each event of the log was handled by a member, or is a dead letter.</summary>
    public static IEnumerable<string> Handled(Evidence evidence)
    {
        var handled = HandOut.In(evidence).Where(pair => pair.Value.Any(handOut => handOut.On(Note.Acked) is not null)).Select(pair => pair.Key).ToHashSet();
        foreach (var topic in evidence.Topics)
        {
            var dead = topic.Dead.Select(row => row.Offset).ToHashSet();
            foreach (var row in topic.Log.Where(row => !dead.Contains(row.Offset) && !handled.Contains((topic.Topic, row.Offset))))
                yield return $"{topic.Topic} at {row.Offset} was handled by nobody and is no dead letter.";
        }
    }

    /// <summary>What a member got is what the log holds at that offset.</summary>
    public static IEnumerable<string> HandedOutIsThere(Evidence evidence)
    {
        var logs = evidence.Topics.ToDictionary(topic => topic.Topic, topic => topic.Log.ToDictionary(row => row.Offset));
        return HandOut.In(evidence).SelectMany(pair => pair.Value)
            .Where(handOut => !logs[handOut.Fact.Topic].TryGetValue(handOut.Fact.Offset, out var row) || row.EventId != handOut.Fact.EventId || row.Number != handOut.Fact.Number)
            .Select(handOut => $"{handOut} is another event than the log holds.");
    }

    /// <summary>No attempt is handed out twice, and a lower one that is read later settles nothing.</summary>
    public static IEnumerable<string> AttemptsRise(Evidence evidence)
    {
        foreach (var (first, next) in Pairs(evidence))
        {
            if (next.Attempt == first.Attempt)
                yield return $"{next} was {first} before.";
            else if (next.At < first.At && first.IsSettled)
                yield return $"{first} was settled after {next} had been handed out.";
        }
    }

    /// <summary>Every further hand-out has a reason.</summary>
    public static IEnumerable<string> Explained(Evidence evidence)
    {
        var explanations = new Explanations(evidence);
        return Pairs(evidence).Where(pair => !pair.First.IsSettled && explanations.Of(pair.First, pair.Next) is Explanation.None)
            .Select(pair => $"{pair.Next} was handed out without a reason after {pair.First}.");
    }

    /// <summary>How often each reason was met.</summary>
    public static IReadOnlyDictionary<Explanation, int> Reasons(Evidence evidence)
    {
        var explanations = new Explanations(evidence);
        return Pairs(evidence).CountBy(pair => explanations.Of(pair.First, pair.Next)).ToDictionary();
    }

    /// <summary>After an ack or a burial that was confirmed no higher attempt is handed out.</summary>
    public static IEnumerable<string> ConfirmedIsOver(Evidence evidence) =>
        HandOut.In(evidence).Values.Where(all => all.Count > 1)
            .Select(all => (Settled: all.FirstOrDefault(handOut => handOut.IsSettled), Last: all[^1]))
            .Where(e => e.Settled is not null && e.Last.Attempt > e.Settled.Attempt)
            .Select(e => $"{e.Last} was handed out although {e.Settled} was settled and confirmed.");

    /// <summary>No event is handed out more often than the rules allow: once more where the last ended with a death.</summary>
    public static IEnumerable<string> AttemptsEnd(Evidence evidence) =>
        HandOut.In(evidence).Values.Select(all => all[^1]).Where(last => last.Attempt > evidence.Limits.MaxAttempts + 1).Select(last => $"{last} is one too many.");

    /// <summary>A dead letter is there once and for a reason, and a burial that was confirmed is there.</summary>
    public static IEnumerable<string> DeadOnce(Evidence evidence)
    {
        var explanations = new Explanations(evidence);
        var handOuts = HandOut.In(evidence);
        foreach (var topic in evidence.Topics)
        {
            var dead = topic.Dead.CountBy(row => row.Offset).ToDictionary();
            foreach (var (offset, count) in dead.Where(pair => pair.Value > 1))
                yield return $"{topic.Topic} at {offset} is a dead letter {count} times.";
            foreach (var row in topic.Dead.Where(row => row.Attempts < evidence.Limits.MaxAttempts))
            {
                var all = handOuts.GetValueOrDefault((topic.Topic, row.Offset)) ?? [];
                if (all.All(handOut => handOut.On(Note.Buried) is null) && all.Count(handOut => explanations.IsLost(handOut, long.MaxValue)) < 2)
                    yield return $"{topic.Topic} at {row.Offset} is a dead letter after {row.Attempts} attempts, without a reason.";
            }

            foreach (var all in handOuts.Where(pair => pair.Key.Topic == topic.Topic).Select(pair => pair.Value))
            {
                if (all.FirstOrDefault(handOut => handOut.IsSettled && handOut.On(Note.AckConfirmed) is null) is { } buried && !dead.ContainsKey(buried.Fact.Offset))
                    yield return $"{buried} was buried and confirmed, and is no dead letter.";
            }
        }
    }

    /// <summary>At the end the group has claimed all and settled all.</summary>
    public static IEnumerable<string> Finished(Evidence evidence) =>
        evidence.Topics.Where(topic => topic.Cursor != topic.Log.Count || topic.Leases > 0 || topic.Retries > 0)
            .Select(topic => $"{topic.Topic} has {topic.Log.Count} events, its cursor is at {topic.Cursor}; {topic.Leases} leases and {topic.Retries} retries are left.");

    private static IEnumerable<(HandOut First, HandOut Next)> Pairs(Evidence evidence) => HandOut.In(evidence).Values.SelectMany(all => all.Zip(all.Skip(1)));
}
