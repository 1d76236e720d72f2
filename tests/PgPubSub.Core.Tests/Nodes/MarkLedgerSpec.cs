using PgPubSub.Core.Nodes;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Nodes;

public sealed class MarkLedgerSpec
{
    private static readonly TopicId One = new(1), Two = new(2);
    private static readonly Guid Node = new(1, 0, 0, new byte[8]), Another = new(2, 0, 0, new byte[8]);

    private readonly MarkLedger _ledger = new();
    private readonly object _first = new(), _second = new();

    [Fact]
    public void The_lowest_of_a_topic_is_written()
    {
        _ledger.Set(_first, One, 7);
        _ledger.Set(_second, One, 5);

        Assert.Equal([new TopicMark(One, 5)], _ledger.Moved(Node));
    }

    [Fact]
    public void What_did_not_move_is_not_written_again()
    {
        Write(low: 5);

        Assert.Empty(_ledger.Moved(Node));
        _ledger.Set(_first, One, 6);
        Assert.Equal([new TopicMark(One, 6)], _ledger.Moved(Node));
    }

    [Fact]
    public void Where_nobody_needs_anything_any_more_the_mark_goes()
    {
        Write(low: 5);
        _ledger.Remove(_first);

        Assert.Equal([new TopicMark(One, null)], _ledger.Moved(Node));
        _ledger.Written([new TopicMark(One, null)]);
        Assert.Empty(_ledger.Moved(Node));
    }

    [Fact]
    public void Only_the_topic_that_is_asked_for_is_written()
    {
        _ledger.Set(_first, One, 5);
        _ledger.Set(_second, Two, 6);

        Assert.Equal([new TopicMark(Two, 6)], _ledger.Moved(Node, Two));
    }

    [Fact]
    public void Under_a_new_id_all_is_written_again()
    {
        Write(low: 5);

        Assert.Equal([new TopicMark(One, 5)], _ledger.Moved(Another));
    }

    [Fact]
    public void After_a_write_that_failed_a_mark_is_written_again_though_it_is_what_was_written_before()
    {
        Write(low: 5);
        _ledger.Set(_first, One, 20);
        _ledger.Failed(_ledger.Moved(Node)); // it may stand at 20

        _ledger.Set(_second, One, 5);

        Assert.Equal([new TopicMark(One, 5)], _ledger.Moved(Node, One));
        _ledger.Written([new TopicMark(One, 5)]);
        Assert.Empty(_ledger.Moved(Node));
    }

    [Fact]
    public void After_a_first_write_that_failed_a_mark_that_nobody_needs_is_taken_away()
    {
        _ledger.Set(_first, One, 5);
        _ledger.Failed(_ledger.Moved(Node));
        _ledger.Remove(_first);

        Assert.Equal([new TopicMark(One, null)], _ledger.Moved(Node));
    }

    private void Write(long low)
    {
        _ledger.Set(_first, One, low);
        _ledger.Written(_ledger.Moved(Node));
    }
}
