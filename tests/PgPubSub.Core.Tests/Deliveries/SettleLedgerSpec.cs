using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class SettleLedgerSpec
{
    private readonly SettleLedger _ledger = new();
    private readonly Holding _holding = Pages.Lease(1, 0, 3);

    [Fact]
    public void Answers_gather_for_a_few_milliseconds()
    {
        Ack(_holding, 0, Ms(0));
        Ack(_holding, 1, Ms(3));

        Assert.Equal(Ms(5), _ledger.NextTick);
        Assert.Null(_ledger.Next(Ms(4)));
        var batch = _ledger.Next(Ms(5));

        Assert.Equal([0, 1], Assert.Single(batch!.Leases).Acked);
        Assert.False(batch.Leases[0].Whole);
    }

    [Fact]
    public void A_holding_that_is_answered_whole_is_written_at_once()
    {
        for (var i = 0; i < 3; i++)
            Ack(_holding, i, Ms(0));

        Assert.True(Assert.Single(_ledger.Next(Ms(0))!.Leases).Whole);
    }

    [Fact]
    public void Where_something_failed_it_is_not_written_as_a_whole()
    {
        Ack(_holding, 0, Ms(0));
        Ack(_holding, 1, Ms(0));
        _holding.Answer(_holding.Items[2], new Failure(2, 1, Ms(10), "no", Bury: false), asker: null);
        _ledger.Add(_holding, Ms(0));

        var lease = Assert.Single(_ledger.Next(Ms(0))!.Leases);

        Assert.False(lease.Whole);
        Assert.Equal(2, Assert.Single(lease.Failed).Offset);
    }

    [Fact]
    public void What_is_answered_during_a_write_goes_into_the_next()
    {
        Ack(_holding, 0, Ms(0));
        _ledger.Next(Ms(5));
        Ack(_holding, 1, Ms(6));

        Assert.Null(_ledger.Next(Ms(20)));
        Assert.Null(_ledger.NextTick);
        _ledger.Written();

        Assert.Equal([1], Assert.Single(_ledger.Next(Ms(20))!.Leases).Acked);
    }

    [Fact]
    public void A_write_that_failed_is_repeated_as_it_was()
    {
        Ack(_holding, 0, Ms(0));
        var first = _ledger.Next(Ms(5));
        _ledger.Failed(FaultKind.Unknown, Ms(5));
        Ack(_holding, 1, Ms(6));

        Assert.Equal(Ms(55), _ledger.NextTick);
        Assert.Null(_ledger.Next(Ms(54)));
        var again = _ledger.Next(Ms(55));

        Assert.Same(first, again);
        Assert.Equal([0], Assert.Single(again!.Leases).Acked);
        Assert.True(again.Doubtful);
    }

    [Fact]
    public void A_write_that_did_nothing_for_sure_leaves_no_doubt()
    {
        Ack(_holding, 0, Ms(0));
        _ledger.Next(Ms(5));
        _ledger.Failed(FaultKind.Transient, Ms(5));

        Assert.False(_ledger.Next(Ms(55))!.Doubtful);
    }

    [Fact]
    public void Holdings_that_are_answered_together_are_written_in_one_transaction()
    {
        var other = ClaimedMessages.Holding(2, Pages.Retries(1, 8, 9));
        Ack(_holding, 0, Ms(0));
        Ack(other, 0, Ms(1));

        var batch = _ledger.Next(Ms(5));

        Assert.Single(batch!.Leases);
        Assert.Equal(8, Assert.Single(batch.Retries).Offset);
    }

    [Fact]
    public void What_was_dropped_with_its_lease_is_not_written()
    {
        Ack(_holding, 0, Ms(0));
        _holding.Abandon();

        Assert.Null(_ledger.Next(Ms(5)));

        Assert.True(_ledger.IsIdle);
        Assert.Null(_ledger.NextTick);
    }

    [Fact]
    public void Whoever_waits_for_a_write_is_told_when_it_is_given_up()
    {
        var asker = new object();
        _holding.Answer(_holding.Items[0], failed: null, asker);
        _ledger.Add(_holding, Ms(0));
        _ledger.Next(Ms(5));

        Assert.Same(asker, Assert.Single(_ledger.Abandon()).Asker);
        Assert.True(_ledger.IsIdle);
    }

    private void Ack(Holding holding, int index, TimeSpan now)
    {
        holding.Answer(holding.Items[index], failed: null, asker: null);
        _ledger.Add(holding, now);
    }
}
