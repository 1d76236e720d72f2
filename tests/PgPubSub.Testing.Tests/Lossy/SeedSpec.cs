using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Testing.Tests.Lossy;

/// <summary>The seed decides, and nothing else.</summary>
public sealed class SeedSpec
{
    private static readonly LossRates Quick = LossRates.Some with { LongestDelay = TimeSpan.Zero, LongestLateness = TimeSpan.Zero };

    [Fact]
    public async Task The_same_seed_strikes_the_same_calls_of_an_operation_whatever_else_is_called_in_between()
    {
        var alone = await HistoryAsync(new LossyPlan(7, Quick), others: 0);

        Assert.Equal(alone, await HistoryAsync(new LossyPlan(7, Quick), others: 0));
        Assert.Equal(alone, await HistoryAsync(new LossyPlan(7, Quick), others: 2));
        Assert.NotEqual(alone, await HistoryAsync(new LossyPlan(8, Quick), others: 0));
    }

    [Fact]
    public async Task About_as_much_is_lost_as_the_rates_say_and_in_a_calm_nothing()
    {
        var plan = new LossyPlan(1, Quick);
        await HistoryAsync(plan, others: 0);

        foreach (var (loss, rate) in new[] { (Loss.Unsent, Quick.Unsent), (Loss.AnswerLost, Quick.AnswerLost), (Loss.Delayed, Quick.Delayed) })
            Assert.InRange(plan.Count(loss), 1_000 * rate / 2, 1_000 * rate * 2);

        await plan.CalmAsync();
        var before = plan.ToString();
        Assert.DoesNotContain('x', await HistoryAsync(plan, others: 1));
        Assert.Equal(before, plan.ToString());

        plan.Rage();
        Assert.Contains('x', await HistoryAsync(plan, others: 0));
    }

    private static async Task<string> HistoryAsync(LossyPlan plan, int others)
    {
        var store = new InMemoryStore();
        var (log, groups) = (plan.Over(store.Log), plan.Over(store.Subscriptions));
        var history = new char[1_000];
        for (var i = 0; i < history.Length; i++)
        {
            history[i] = await EndsAsync(log.FindTopicAsync("t", default));
            for (var j = 0; j < others; j++)
                await EndsAsync(groups.FindGroupAsync("t", "g", default));
        }

        return new string(history);
    }

    private static async Task<char> EndsAsync(Task call)
    {
        try
        {
            await call;
            return '.';
        }
        catch (StoreException)
        {
            return 'x';
        }
    }
}
