using PgPubSub.Core.Tests.Publishing.Histories;

namespace PgPubSub.Core.Tests.Publishing;

/// <summary>Rule R2 under whole histories of a publisher.</summary>
public sealed class PublishHistorySpec
{
    [Theory]
    [MemberData(nameof(All))]
    public void What_is_confirmed_is_there_once_and_what_may_be_sent_again_is_not_there(int seed)
    {
        var history = new PublishHistory(seed);

        history.Disturb(1_500);
        history.End(abandon: false);
    }

    [Theory]
    [MemberData(nameof(Some))]
    public void A_publisher_that_stops_in_the_middle_answers_everybody_and_promises_nothing_that_is_not_so(int seed)
    {
        var history = new PublishHistory(seed);

        history.Disturb(seed * 7);
        history.End(abandon: true);
    }

    [Fact]
    public void The_histories_are_worth_their_name()
    {
        var (published, rejected) = (0, 0);
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var history = new PublishHistory(seed);
            history.Disturb(1_500);
            history.End(abandon: false);
            (published, rejected) = (published + history.Published, rejected + history.Rejected);
        }

        Assert.True(published > 3_000, $"{published} published");
        Assert.True(rejected > 300, $"{rejected} rejected");
    }

    public static TheoryData<int> All() => Seeds.Up(150);

    public static TheoryData<int> Some() => Seeds.Up(100);
}
