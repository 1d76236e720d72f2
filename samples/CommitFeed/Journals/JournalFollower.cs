namespace CommitFeed.Journals;

/// <summary>Reads a journal while another process writes it.</summary>
internal sealed class JournalFollower(string path) : IDisposable
{
    private readonly byte[] _chunk = new byte[64 * 1024];
    private readonly List<byte> _unfinished = [];
    private FileStream? _file;

    /// <summary>The lines that were completed since the last call; a line without its end is not there yet.</summary>
    public IReadOnlyList<JournalEntry> ReadNew()
    {
        if (_file is null && !File.Exists(path))
            return [];
        _file ??= new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var entries = new List<JournalEntry>();
        while (_file.Read(_chunk) is > 0 and var read)
            Split(_chunk.AsSpan(0, read), entries);
        return entries;
    }

    public void Dispose() => _file?.Dispose();

    private void Split(ReadOnlySpan<byte> bytes, List<JournalEntry> entries)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _unfinished.AddRange(bytes[..end]);
            entries.Add(JournalFormat.Read(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unfinished)));
            _unfinished.Clear();
            bytes = bytes[(end + 1)..];
        }

        _unfinished.AddRange(bytes);
    }
}
