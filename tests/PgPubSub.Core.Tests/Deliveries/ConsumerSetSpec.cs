using FsCheck;
using FsCheck.Fluent;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class ConsumerSetSpec
{
    [Fact]
    public void Messages_go_round()
    {
        var set = Of((1, 2), (2, 2), (3, 2));

        Assert.Equal([1, 1, 2, 2, 3, 3], Take(set, 6).Order());
        Assert.Equal(3, Take(Of((1, 9), (2, 9), (3, 9)), 3).Distinct().Count());
    }

    [Fact]
    public void One_whose_window_is_full_is_passed_over()
    {
        var set = Of((1, 1), (2, 3));

        Assert.Equal([1, 2, 2, 2], Take(set, 9).Order());
        Assert.Equal(0, set.Free);

        set.GiveBack(2);
        Assert.Equal([2], Take(set, 9));
    }

    [Fact]
    public void One_that_left_gets_nothing_and_takes_its_room_with_it()
    {
        var set = Of((1, 2), (2, 5));
        Take(set, 3);

        set.Leave(2);
        set.GiveBack(2);

        Assert.False(set.Knows(2));
        Assert.Equal((1, 2), (set.Count, set.Window));
        Assert.DoesNotContain(2, Take(set, 9));
        Assert.Equal(0, set.Free);
    }

    [Fact]
    public void The_room_is_the_windows_less_what_is_out_whoever_joins_and_leaves() => Prop.ForAll<int[]>(moves =>
    {
        var (set, model, names) = (new ConsumerSet(), new Dictionary<int, (int Window, int Out)>(), 0);
        foreach (var move in moves.Select(m => Math.Abs((long)m)))
        {
            var someone = model.Count == 0 ? 0 : model.Keys.ElementAt((int)(move / 4 % model.Count));
            switch (move % 4)
            {
                case 0:
                    model.Add(++names, ((int)(move / 4 % 5) + 1, 0));
                    set.Join(names, model[names].Window);
                    break;
                case 1 when model.Remove(someone):
                    set.Leave(someone);
                    break;
                case 2 when set.TryTake(out var taker):
                    model[taker] = model[taker] with { Out = model[taker].Out + 1 };
                    break;
                case 3 when someone != 0 && model[someone].Out > 0:
                    model[someone] = model[someone] with { Out = model[someone].Out - 1 };
                    set.GiveBack(someone);
                    break;
            }

            if (set.Free != model.Values.Sum(c => c.Window - c.Out) || set.Window != model.Values.Sum(c => c.Window) || model.Values.Any(c => c.Out > c.Window))
                return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_that_leaves_by_and_by_is_forgotten_once_the_write_with_its_last_answer_is_over()
    {
        var set = Of((1, 2), (2, 5));
        Take(set, 3);

        set.Retire(1);
        Assert.DoesNotContain(1, Take(set, 9));
        Assert.Equal((1, 5, 0), (set.Count, set.Window, set.Free));
        Assert.True(set.Knows(1));
        Assert.False(set.TryForget(gathered: 7, written: 7, out _));

        set.GiveBack(1);
        set.GiveBack(1);
        Assert.False(set.TryForget(gathered: 7, written: 6, out _));
        Assert.False(set.TryForget(gathered: 9, written: 6, out _));
        Assert.True(set.TryForget(gathered: 9, written: 7, out var left));

        Assert.Equal(1, left);
        Assert.False(set.Knows(1));
        Assert.Equal((1, 5, 0), (set.Count, set.Window, set.Free));
    }

    private static ConsumerSet Of(params (int Name, int Window)[] consumers)
    {
        var set = new ConsumerSet();
        foreach (var (name, window) in consumers)
            set.Join(name, window);
        return set;
    }

    private static List<int> Take(ConsumerSet set, int most)
    {
        var taken = new List<int>();
        while (taken.Count < most && set.TryTake(out var consumer))
            taken.Add(consumer);
        return taken;
    }
}
