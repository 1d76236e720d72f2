using CommitFeed.Journals;

namespace PgPubSub.Samples.Tests.Journals;

public sealed class JournalFollowerSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_journal_that_is_not_there_yet_is_empty()
    {
        using var follower = new JournalFollower(Path.Combine(_folder.Path, "none"));
        Assert.Empty(follower.ReadNew());
    }

    [Fact]
    public void Lines_are_read_once_and_a_torn_one_when_it_is_whole()
    {
        JournalEntry[] entries = [new(Note.Up, 1, 0), new(Note.HandedOut, 2, 7, Guid.NewGuid(), 1), new(Note.Handled, 3, 7, Guid.NewGuid(), 2, Damaged: true)];
        var bytes = entries.SelectMany(JournalFormat.Write).ToArray();
        var path = _folder.File("journal", "");
        using var follower = new JournalFollower(path);

        Append(path, bytes[..^5]);
        Assert.Equal(entries[..2], follower.ReadNew());
        Assert.Empty(follower.ReadNew());
        Append(path, bytes[^5..]);
        Assert.Equal(entries[2..], follower.ReadNew());
    }

    [Fact]
    public void A_view_knows_what_is_unanswered()
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        JournalEntry[] entries = [new(Note.HandedOut, 1, 0, a, 1), new(Note.HandedOut, 2, 1, b, 1), new(Note.Handled, 3, 0, a, 1)];
        var path = _folder.File("journal", "");
        Append(path, [.. entries.SelectMany(JournalFormat.Write)]);
        using var view = new JournalView("worker", path);
        Assert.True(view.Refresh());
        Assert.False(view.Refresh());
        Assert.Equal((2, 1, 1), (view.HandedOut, view.Handled, view.Unanswered));
    }

    private static void Append(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(bytes);
    }
}
