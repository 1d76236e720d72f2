namespace PgPubSub.Actors.Tests.Losses;

/// <summary>What publishers and consumers were told, and what they should never have been told. Safe for use by several threads.</summary>
internal sealed class Journal
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Topic, long Offset), SortedSet<int>> _attempts = [];
    private readonly HashSet<(string Topic, long Offset)> _acked = [];
    private readonly Dictionary<int, IPublishReply> _published = [];
    private readonly Dictionary<string, List<long>> _read = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_gate)
                return [.. _problems];
        }
    }

    /// <summary>Numbers whose publish was answered.</summary>
    public int Answered
    {
        get
        {
            lock (_gate)
                return _published.Count;
        }
    }

    public void Note(string problem)
    {
        lock (_gate)
            _problems.Add(problem);
    }

    public void NoteUnless(bool expected, object message)
    {
        if (!expected)
            Note($"A consumer was told {message}.");
    }

    public void Publish(int number, IPublishReply reply)
    {
        lock (_gate)
            _published.Add(number, reply);
    }

    /// <summary>A member of the group got it.</summary>
    public void HandOut(Delivery delivery)
    {
        lock (_gate)
        {
            var place = (delivery.Topic, delivery.Offset);
            if (_acked.Contains(place))
                _problems.Add($"R6: {delivery} came after its ack was confirmed.");
            if (!_attempts.TryGetValue(place, out var attempts))
                _attempts[place] = attempts = [];
            if (!attempts.Add(delivery.Attempt))
                _problems.Add($"R3: {delivery} came twice.");
        }
    }

    public void Ack(Delivery delivery)
    {
        lock (_gate)
        {
            if (!_acked.Add((delivery.Topic, delivery.Offset)))
                _problems.Add($"R4: an ack of {delivery} was confirmed after another.");
        }
    }

    /// <summary>A private subscriber got it.</summary>
    public void Read(Delivery delivery)
    {
        lock (_gate)
        {
            var read = _read.TryGetValue(delivery.Topic, out var known) ? known : _read[delivery.Topic] = [];
            if (delivery.Offset != read.Count || delivery.Attempt != 1)
                _problems.Add($"A private subscriber got {delivery} after {read.Count} events.");
            read.Add(delivery.Offset);
        }
    }

    public long HasRead(string topic)
    {
        lock (_gate)
            return _read.GetValueOrDefault(topic)?.Count ?? 0;
    }

    /// <summary>Compares what was told with what a topic holds now.</summary>
    public void Judge(string topic, IReadOnlyList<(long Offset, Guid Id, int Number)> log, IReadOnlyList<(long Offset, int Attempts)> dead)
    {
        lock (_gate)
        {
            if (!log.Select(e => e.Offset).SequenceEqual(Enumerable.Range(0, log.Count).Select(i => (long)i)))
                _problems.Add($"R1: the offsets of {topic} have gaps.");
            var places = log.ToLookup(e => e.Number);
            foreach (var (number, reply) in _published.Where(published => published.Value.Topic == topic))
                JudgePublish(number, reply, [.. places[number]]);
            foreach (var (offset, _, _) in log)
                JudgeHandling(topic, offset, [.. dead.Where(letter => letter.Offset == offset).Select(letter => letter.Attempts)]);
        }
    }

    private void JudgePublish(int number, IPublishReply reply, (long Offset, Guid Id, int Number)[] places)
    {
        var right = reply switch
        {
            Published published => places is [var there] && there.Offset == published.Offset && there.Id == published.EventId,
            PublishRejected { Reason: var why } when why.StartsWith("The outcome is unknown", StringComparison.Ordinal) => places.Length <= 1,
            _ => places.Length == 0,
        };
        if (!right)
            _problems.Add($"R2: {number} stands at {string.Join(" and ", places)}, and its publisher was told {reply}.");
    }

    private void JudgeHandling(string topic, long offset, int[] dead)
    {
        if (!_attempts.TryGetValue((topic, offset), out var attempts))
            _problems.Add($"R3: {topic} at {offset} was never handed out.");
        else if (attempts.Count > 6)
            _problems.Add($"R7: {topic} at {offset} was handed out {attempts.Count} times.");
        if (dead.Length > 1 || (dead.Length == 1 && _acked.Contains((topic, offset))))
            _problems.Add($"R7: {topic} at {offset} has {dead.Length} dead letters.");
    }
}
