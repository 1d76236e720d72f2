using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class ClaimDeskSpec
{
    private const long Bytes = 1_000;
    private readonly ClaimDesk _desk = new();

    public ClaimDeskSpec() => _desk.Open(0);

    [Fact]
    public void A_group_that_is_opened_is_claimed_without_a_wake_up() => Assert.Equal(new DeliveryEffect.Claim(4), Ask());

    [Fact]
    public void One_claim_is_out_at_a_time()
    {
        Ask();

        Assert.Null(Ask());
        Assert.False(_desk.IsIdle);
    }

    [Fact]
    public void An_empty_answer_is_the_end_until_a_wake_up()
    {
        Ask();
        _desk.Claimed(Pages.Empty(0), Bytes);
        Assert.Null(Ask());

        _desk.Wake(1);

        Assert.IsType<DeliveryEffect.Claim>(Ask());
    }

    [Fact]
    public void A_wake_up_during_a_claim_is_remembered_though_the_claim_finds_nothing()
    {
        Ask();
        _desk.Wake(1);

        _desk.Claimed(Pages.Empty(0), Bytes);

        Assert.IsType<DeliveryEffect.Claim>(Ask());
    }

    [Fact]
    public void A_wake_up_during_a_claim_is_remembered_where_the_claim_came_before_the_event()
    {
        Ask();
        _desk.Wake(3);

        _desk.Claimed(Pages.Of(0, 2), Bytes);

        Assert.IsType<DeliveryEffect.Claim>(Ask());
    }

    [Fact]
    public void A_tail_that_was_rewound_is_not_asked_for_again_and_again()
    {
        _desk.Wake(100);
        Ask();
        _desk.Claimed(Pages.Empty(50), Bytes);

        Assert.Null(Ask());
        _desk.Wake(50);
        Assert.Null(Ask());
    }

    [Fact]
    public void A_wake_up_that_tells_nothing_new_claims_nothing()
    {
        Ask();
        _desk.Claimed(Pages.Of(0, 2), Bytes);

        _desk.Wake(2);

        Assert.Null(Ask());
    }

    [Fact]
    public void A_full_answer_asks_for_more()
    {
        Ask();
        _desk.Claimed(Pages.Of(0, 4), Bytes);

        Assert.IsType<DeliveryEffect.Claim>(Ask());
    }

    [Fact]
    public void An_answer_that_was_cut_by_its_bytes_asks_for_more()
    {
        Ask();
        _desk.Claimed(Pages.Of(0, 2) with { Events = [Events.At(0, bytes: 300), Events.At(1, bytes: 300)] }, Bytes);

        Assert.IsType<DeliveryEffect.Claim>(Ask());
    }

    [Fact]
    public void A_claim_without_an_answer_is_found_by_its_token_before_the_next()
    {
        Ask();
        _desk.Failed(FaultKind.Unknown, At(0));

        Assert.Null(Ask());
        Assert.Equal(At(50), _desk.NextTick);
        Assert.IsType<DeliveryEffect.FindClaim>(Ask(At(50)));
        Assert.Null(Ask(At(50)));
    }

    [Theory]
    [InlineData(FaultKind.Transient)]
    [InlineData(FaultKind.Unknown)]
    public void A_search_that_fails_is_made_again_and_nothing_is_claimed_meanwhile(FaultKind kind)
    {
        Ask();
        _desk.Failed(FaultKind.Unknown, At(0));
        Ask(At(50));

        _desk.Failed(kind, At(50));

        Assert.IsType<DeliveryEffect.FindClaim>(Ask(At(150)));
    }

    [Fact]
    public void A_claim_that_did_nothing_is_made_again()
    {
        Ask();
        _desk.Failed(FaultKind.Unknown, At(0));
        Ask(At(50));

        _desk.NotClaimed();

        Assert.IsType<DeliveryEffect.Claim>(Ask(At(50)));
    }

    [Fact]
    public void A_claim_that_failed_for_sure_is_made_again_after_a_wait()
    {
        Ask();
        _desk.Failed(FaultKind.Transient, At(0));

        Assert.Null(Ask(At(49)));
        Assert.IsType<DeliveryEffect.Claim>(Ask(At(50)));
    }

    [Fact]
    public void A_small_claim_waits_a_moment_for_room_to_gather()
    {
        Assert.Null(_desk.Next(waiting: 0, free: 1, window: 10, At(0)));
        Assert.Equal(At(5), _desk.NextTick);
        Assert.Null(_desk.Next(waiting: 0, free: 2, window: 10, At(4)));

        Assert.Equal(new DeliveryEffect.Claim(2), _desk.Next(waiting: 0, free: 2, window: 10, At(5)));
    }

    [Fact]
    public void Room_for_half_a_window_is_claimed_at_once() => Assert.Equal(new DeliveryEffect.Claim(5), _desk.Next(waiting: 0, free: 5, window: 10, At(0)));

    [Fact]
    public void Nobody_who_consumes_means_no_claim() => Assert.Null(_desk.Next(waiting: 0, free: 0, window: 0, At(0)));

    [Fact]
    public void A_claim_asks_for_a_thousand_at_most() => Assert.Equal(new DeliveryEffect.Claim(1_000), _desk.Next(waiting: 0, free: 50_000, window: 50_000, At(0)));

    [Fact]
    public void What_was_under_way_before_the_group_was_opened_anew_is_forgotten()
    {
        Ask();
        _desk.Open(7);

        Assert.True(_desk.IsIdle);
        Assert.IsType<DeliveryEffect.Claim>(Ask());
    }

    private DeliveryEffect? Ask(TimeSpan? now = null) => _desk.Next(waiting: 0, free: 4, window: 4, now ?? At(0));

    // Long after the start: the pacer takes what was claimed by then as lasting.
    private static TimeSpan At(double milliseconds) => Sec(3_600) + Ms(milliseconds);
}
