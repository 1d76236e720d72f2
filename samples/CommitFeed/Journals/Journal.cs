using CommitFeed.Input;
using PgPubSub.Actors;

namespace CommitFeed.Journals;

/// <summary>What one process saw, written line by line: a line that was written survives the process, however it ends.</summary>
internal sealed class Journal(string path) : IDisposable
{
    private readonly Lock _writing = new();

    // No buffer of ours: each line is one write to the system.
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Up() => Write(new JournalEntry(Note.Up, JournalClock.Now, 0));

    public void Subscribed(long position) => Write(new JournalEntry(Note.Subscribed, JournalClock.Now, position));

    public void Confirmed(Published published) => Write(new JournalEntry(Note.Confirmed, JournalClock.Now, published.Offset, published.EventId));

    public void HandedOut(Delivery delivery) => Write(Of(Note.HandedOut, delivery) with { Damaged = !Fingerprint.Fits(delivery) });

    public void Handled(Delivery delivery) => Write(Of(Note.Handled, delivery));

    public void Dispose() => _file.Dispose();

    private static JournalEntry Of(Note what, Delivery delivery) => new(what, JournalClock.Now, delivery.Offset, delivery.EventId, delivery.Attempt);

    private void Write(JournalEntry entry)
    {
        var line = JournalFormat.Write(entry);
        lock (_writing)
            _file.Write(line);
    }
}
