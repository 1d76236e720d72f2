using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class BurialLedgerSpec
{
    private readonly BurialLedger _ledger = new();

    [Fact]
    public void One_is_written_at_a_time_and_in_their_order()
    {
        Add(3);
        Add(1);

        Assert.Equal(3, _ledger.Next(Ms(0))!.Offset);
        Assert.Null(_ledger.Next(Ms(0)));
        Assert.Equal([3, 1], _ledger.Offsets);
        _ledger.Written();

        Assert.Equal(1, _ledger.Next(Ms(0))!.Offset);
        _ledger.Written();
        Assert.Equal(0, _ledger.Count);
        Assert.Null(_ledger.Next(Ms(0)));
    }

    [Fact]
    public void Whoever_waits_for_one_is_named_when_that_is_written()
    {
        Add(1);
        var waiting = Add(2, "asker");
        _ledger.Next(Ms(0));
        Assert.Null(_ledger.Written());
        _ledger.Next(Ms(0));

        Assert.Equal(waiting, _ledger.Written());
    }

    [Fact]
    public void One_that_failed_is_written_again_after_a_wait_and_before_the_others()
    {
        Add(1);
        Add(2);
        _ledger.Next(Ms(0));
        Assert.Null(_ledger.NextTick);
        _ledger.Failed(Ms(0));

        Assert.Equal(Ms(50), _ledger.NextTick);
        Assert.Null(_ledger.Next(Ms(49)));
        Assert.Equal(1, _ledger.Next(Ms(50))!.Offset);
        _ledger.Written();
        Assert.Equal(2, _ledger.Next(Ms(50))!.Offset);
    }

    [Fact]
    public void Whoever_still_waits_when_it_stops_is_named()
    {
        Add(1);
        var waiting = Add(2, "asker");
        _ledger.Next(Ms(0));

        Assert.Equal([waiting!.Value], _ledger.Abandon());
        Assert.Equal(0, _ledger.Count);
    }

    private Confirmation? Add(long offset, object? asker = null)
    {
        Confirmation? waiting = asker is null ? null : new Confirmation(new DeliveryId(offset, 0), asker);
        _ledger.Add(Failure.Final(offset, 1, "no"), waiting);
        return waiting;
    }
}
