using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

public sealed class JournalSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public JournalSpec() => _path = _folder.PathOf("member-1" + Journal.Suffix);

    [Fact]
    public void What_was_written_is_read_while_the_writer_lives()
    {
        Fact[] facts = [new(Note.HandedOut, 12, "orders", 7, 3, Guid.NewGuid(), 2), new(Note.Killed, 13, "member-1", 1)];
        using var journal = new Journal(_path);
        foreach (var fact in facts)
            journal.Write(fact);

        Assert.Equal(facts, Journal.Read(_path));
    }

    [Fact]
    public void A_line_that_is_not_whole_is_left_out()
    {
        using (var journal = new Journal(_path))
            journal.Write(new Fact(Note.Sent, 1, "orders", 7));
        File.AppendAllText(_path, "Sent 2 ord");

        Assert.Single(Journal.Read(_path));
    }

    [Fact]
    public void A_whole_line_that_is_no_fact_is_an_error()
    {
        File.WriteAllText(_path, "Sent 2 ord\n");

        Assert.Throws<FormatException>(() => Journal.Read(_path));
    }

    public void Dispose() => _folder.Dispose();
}
