using PgPubSub.Core.Tests.Deliveries.Histories;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>Rules R3 to R7 of a group, under whole histories of several nodes.</summary>
public sealed class DeliveryHistorySpec
{
    [Theory]
    [MemberData(nameof(Histories))]
    public void Whatever_happens_each_event_is_handled_and_nothing_comes_again_without_a_reason(int seed)
    {
        var history = new History(seed);

        for (var round = 0; round < 5; round++)
        {
            history.Disturb(steps: 400);
            history.Drain();
        }

        history.Close();
    }

    [Fact]
    public void The_histories_are_worth_their_name()
    {
        var (handOuts, again, deadLetters, suspects, retired) = (0, 0, 0, 0, 0);
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var history = new History(seed);
            history.Disturb(steps: 2_000);
            history.Drain();
            (handOuts, again) = (handOuts + history.HandOuts, again + history.Again);
            (deadLetters, suspects, retired) = (deadLetters + history.DeadLetters, suspects + history.Suspects, retired + history.Retired);
        }

        Assert.True(handOuts > 3_000, $"{handOuts} hand-outs");
        Assert.True(again > 300, $"{again} again");
        Assert.True(deadLetters > 100, $"{deadLetters} dead letters");
        Assert.True(suspects > 20, $"{suspects} suspects");
        Assert.True(retired > 100, $"{retired} left by and by");
    }

    public static TheoryData<int> Histories() => Seeds.Up(120);
}
