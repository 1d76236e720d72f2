using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class ClaimDeskHistorySpec
{
    [Theory]
    [MemberData(nameof(Histories))]
    public void Each_tail_is_told_once_in_any_order_with_the_claims_and_yet_nothing_stays_behind(int seed)
    {
        var random = new Random(seed);
        var (desk, now, tail, cursor) = (new ClaimDesk(), Sec(3_600), 0L, 0L);
        var (wakes, asked, answer) = (new List<long>(), (DeliveryEffect?)null, (Action?)null);
        desk.Open(0);
        for (var i = 0; i < 300; i++)
            Step(random.Next(6));
        for (var i = 0; asked is not null || answer is not null || wakes.Count > 0 || desk.NextTick is not null || cursor < tail; i++)
        {
            Assert.True(i < 100, $"{cursor} of {tail} were claimed");
            Step((i % 4) + 1);
        }

        void Step(int kind)
        {
            switch (kind)
            {
                case 0 when random.Next(3) == 0:
                    tail += random.Next(1, 4);
                    wakes.Add(tail);
                    cursor = random.Next(2) == 0 ? tail : cursor; // another node was faster
                    break;
                case 1 when wakes.Count > 0:
                    desk.Wake(wakes[0]);
                    wakes.RemoveAt(0);
                    break;
                case 2 when asked is DeliveryEffect.Claim claim && answer is null:
                    var page = cursor == tail ? Pages.Empty(cursor) : Pages.Of(cursor, Math.Min(tail, cursor + claim.Most));
                    cursor = page.Hi;
                    answer = random.Next(10) == 0 ? () => desk.Failed(FaultKind.Unknown, now) : () => desk.Claimed(page, 1_000);
                    break;
                case 2 when asked is DeliveryEffect.FindClaim && answer is null:
                    answer = desk.NotClaimed; // what it got goes back as retries, if there was something
                    break;
                case 3 when answer is not null:
                    answer();
                    (asked, answer) = (null, null);
                    break;
                case 4:
                    now += Ms(random.Next(200));
                    if (desk.Next(waiting: 0, free: 4, window: 4, now) is { } next)
                    {
                        Assert.Null(asked);
                        asked = next;
                    }

                    break;
            }
        }
    }

    public static TheoryData<int> Histories() => Seeds.Up(100);
}
