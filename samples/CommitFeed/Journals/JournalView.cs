namespace CommitFeed.Journals;

/// <summary>One process as its journal shows it.</summary>
internal sealed class JournalView(string name, string path) : IDisposable
{
    private readonly JournalFollower _follower = new(path);
    private readonly List<JournalEntry> _entries = [];
    private readonly HashSet<long> _unanswered = [];

    public string Name => name;

    public IReadOnlyList<JournalEntry> Entries => _entries;

    /// <summary>When the process began to serve, or null.</summary>
    public long? UpAt { get; private set; }

    /// <summary>Where a reader began, or null.</summary>
    public long? Position { get; private set; }

    /// <summary>Events confirmed to this publisher.</summary>
    public int Confirmed { get; private set; }

    /// <summary>Events handed out to this consumer.</summary>
    public int HandedOut { get; private set; }

    /// <summary>Events that this worker has handled.</summary>
    public int Handled { get; private set; }

    /// <summary>Events that this worker got and has not handled.</summary>
    public int Unanswered => _unanswered.Count;

    /// <summary>Takes in what was written since; false where that was nothing.</summary>
    public bool Refresh()
    {
        var added = _follower.ReadNew();
        foreach (var entry in added)
            Add(entry);
        return added.Count > 0;
    }

    public void Dispose() => _follower.Dispose();

    private void Add(JournalEntry entry)
    {
        _entries.Add(entry);
        switch (entry.What)
        {
            case Note.Up:
                UpAt = entry.At;
                break;
            case Note.Subscribed:
                Position = entry.Offset;
                break;
            case Note.Confirmed:
                Confirmed++;
                break;
            case Note.HandedOut:
                HandedOut++;
                _unanswered.Add(entry.Offset);
                break;
            case Note.Handled:
                Handled++;
                _unanswered.Remove(entry.Offset);
                break;
        }
    }
}
