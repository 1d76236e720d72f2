using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.InMemory.DeadLetters;

/// <summary>Dead letters in an operator's hands, in memory.</summary>
internal sealed class InMemoryDeadLetters(Memory memory) : IDeadLetterStore
{
    public Task<IReadOnlyList<BuriedEvent>> ListDeadLettersAsync(DeadLetterFilter filter, long after, int most, long bytes, CancellationToken stop) =>
        memory.RunAsync<IReadOnlyList<BuriedEvent>>(
            () =>
            {
                var listed = new List<BuriedEvent>();
                var sum = 0L;
                foreach (var letter in That(filter).Select(row => row.Letter).Where(letter => letter.Id > after).Take(most))
                {
                    sum += letter.Event.Data.Length + (letter.Event.Headers?.Length ?? 0);
                    if (sum > bytes && listed.Count > 0)
                        break;
                    listed.Add(letter);
                }

                return listed;
            },
            stop);

    public Task<DeadLetterStep> RedriveAsync(DeadLetterFilter filter, long from, int most) => memory.RunAsync(() =>
    {
        var offsets = That(filter).Where(row => row.Letter.Event.Offset >= from).GroupBy(row => row.Letter.Event.Offset).OrderBy(rows => rows.Key).Take(most + 1).ToList();
        var rows = offsets.Take(most).SelectMany(rows => rows.Reverse()).ToList(); // of two of one offset the later
        var done = rows.Count(row => Redrive(memory.TopicsById[filter.Topic], row));
        return new DeadLetterStep(done, rows.Count - done, offsets.Count > most ? offsets[most].Key : null);
    });

    public Task<DeadLetterStep> PurgeAsync(DeadLetterFilter filter, long from, int most) => memory.RunAsync(() =>
    {
        var rows = That(filter).Where(row => row.Letter.Id >= from).Take(most + 1).ToList();
        rows.Take(most).ToList().ForEach(row => memory.TopicsById[filter.Topic].DeadLetters.Remove(row));
        return new DeadLetterStep(Math.Min(rows.Count, most), Skipped: 0, rows.Count > most ? rows[most].Letter.Id : null);
    });

    private IEnumerable<DeadLetterRow> That(DeadLetterFilter filter) => memory.TopicsById.GetValueOrDefault(filter.Topic)?.DeadLetters.That(filter) ?? [];

    // What the group has still before it or in hand stays: it would be handed out twice.
    private bool Redrive(TopicRow topic, DeadLetterRow row)
    {
        var stored = row.Letter.Event;
        if (row.Group is null || topic.FindGroup(row.Letter.Subscriber) is not { } group || stored.Offset >= group.Position || group.IsLeased(stored.Offset)
            || !group.Retries.Add(new RetryRow(stored.Offset, Attempts: 0, Deaths: 0, memory.Now, TimeSpan.Zero, stored)))
            return false;
        topic.DeadLetters.Remove(row);
        return true;
    }
}
