using PgPubSub.Core.Deliveries;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class WaitingLineSpec
{
    private readonly WaitingLine _line = new();

    [Fact]
    public void Fresh_messages_come_in_the_order_of_their_offsets()
    {
        _line.Add(Pages.Lease(1, 0, 2));
        _line.Add(Pages.Lease(2, 2, 4));

        Assert.Equal([0, 1, 2, 3], Take());
    }

    [Fact]
    public void Retries_come_before_fresh_ones()
    {
        _line.Add(Pages.Lease(1, 10, 12));
        _line.Add(ClaimedMessages.Holding(2, Pages.Retries(1, 3, 5)));
        Assert.Equal((4, 2), (_line.Count, _line.Again));

        Assert.Equal([3, 5, 10, 11], Take());
        Assert.Equal((0, 0), (_line.Count, _line.Again));
    }

    [Fact]
    public void What_was_dropped_is_passed_over_and_not_counted()
    {
        var holding = Pages.Lease(1, 0, 3);
        _line.Add(holding);

        _line.Forget(holding.Items[1]);

        Assert.Equal(2, _line.Count);
        Assert.Equal([0, 2], Take());
        Assert.Equal(0, _line.Count);
    }

    private List<long> Take()
    {
        var offsets = new List<long>();
        while (_line.Take() is { } item)
        {
            offsets.Add(item.Event.Offset);
            item.State = ItemState.Out;
        }

        return offsets;
    }
}
