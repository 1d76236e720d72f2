using PgPubSub.Core.Tests.Deliveries.Histories;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>Private subscribers under whole histories.</summary>
public sealed class PrivateHistorySpec
{
    [Theory]
    [MemberData(nameof(Histories))]
    public void History_then_live_each_event_comes_once_and_in_order_and_again_only_after_a_failure(int seed)
    {
        var history = new PrivateHistory(seed);

        history.Disturb(steps: seed % 2 == 0 ? 3_000 : seed);
        history.Drain();
    }

    [Fact]
    public void The_histories_are_worth_their_name()
    {
        var (handOuts, buried) = (0, 0);
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var history = new PrivateHistory(seed);
            history.Disturb(steps: 2_000);
            history.Drain();
            (handOuts, buried) = (handOuts + history.HandOuts, buried + history.Buried);
        }

        Assert.True(handOuts > 20_000, $"{handOuts} hand-outs");
        Assert.True(buried > 200, $"{buried} dead letters");
    }

    public static TheoryData<int> Histories() => Seeds.Up(150);
}
