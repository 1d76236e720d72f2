namespace StreamPipelines.Statistics;

/// <summary>Who wrote the last so many commits.</summary>
/// <param name="size">How many; 1 or more.</param>
internal sealed class AuthorWindow(int size)
{
    private readonly Queue<string> _last = new();
    private readonly Dictionary<string, int> _commits = new(StringComparer.Ordinal);

    /// <summary>How many there have been, those that fell out of the window included.</summary>
    public int Seen { get; private set; }

    /// <summary>The authors in the window with their commits; the most first, then by name.</summary>
    public IReadOnlyList<(string Author, int Commits)> Ranking =>
        [.. _commits.Select(entry => (entry.Key, entry.Value)).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)];

    public AuthorWindow Add(string author)
    {
        Seen++;
        _last.Enqueue(author);
        _commits[author] = _commits.GetValueOrDefault(author) + 1;
        if (_last.Count > size)
            Forget(_last.Dequeue());
        return this;
    }

    private void Forget(string author)
    {
        if (--_commits[author] == 0)
            _commits.Remove(author);
    }
}
