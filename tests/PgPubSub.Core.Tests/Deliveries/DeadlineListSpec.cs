using FsCheck;
using FsCheck.Fluent;
using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class DeadlineListSpec
{
    [Fact]
    public void The_first_is_always_the_one_with_the_earliest_deadline() => Prop.ForAll<int[]>(moves =>
    {
        var (list, there, holding, next) = (new DeadlineList(), new List<Item>(), Pages.Lease(1, 0, moves.Length), 0);
        foreach (var move in moves)
        {
            if (move % 3 == 0 && there.Count > 0)
            {
                var gone = there[Math.Abs(move / 3) % there.Count];
                there.Remove(gone);
                list.Remove(gone);
            }
            else
            {
                var item = holding.Items[next++];
                item.Deadline = Ms(Math.Abs((long)move) % 50);
                there.Add(item);
                list.Add(item);
            }

            if (list.First?.Deadline != (there.Count == 0 ? null : there.Min(i => i.Deadline)))
                return false;
        }

        while (list.First is { } first)
        {
            there.Remove(first);
            list.Remove(first);
        }

        return there.Count == 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_deadlines_come_in_the_order_of_their_hand_outs()
    {
        var (list, items) = (new DeadlineList(), Pages.Lease(1, 0, 3).Items);
        foreach (var item in items)
            list.Add(item);

        Assert.Same(items[0], list.First);
        list.Remove(items[0]);
        Assert.Same(items[1], list.First);
    }

    [Fact]
    public void One_that_is_taken_out_can_come_back_with_a_later_deadline()
    {
        var (list, items) = (new DeadlineList(), Pages.Lease(1, 0, 2).Items);
        foreach (var item in items)
            list.Add(item);

        list.Remove(items[0]);
        items[0].Deadline = Ms(1);
        list.Add(items[0]);

        Assert.Same(items[1], list.First);
    }
}
