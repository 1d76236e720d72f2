using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>What a call's result means for its token, while the machine hears of it.</summary>
public sealed class CallResultsSpec
{
    private static readonly Guid Token = new(2, 0, 0, new byte[8]);

    private readonly ClaimBook _book = new();
    private readonly ClaimLedger _ledger;
    private readonly DrivenMachine _driven = new();
    private readonly CallResults _results;

    public CallResultsSpec()
    {
        _ledger = new ClaimLedger(_book);
        _ledger.Stand(new GroupState(new GroupKey(new TopicId(1), 2), 1, 0, false, 0));
        _ledger.Own(new Guid(1, 0, 0, new byte[8]));
        _results = new CallResults(_driven.Machine, _ledger);
        _driven.Machine.Own(true, 0, Ms(0));
        _driven.Machine.Join(1, 5, Ms(0));
        _driven.Effects();
    }

    [Fact]
    public void A_page_that_was_claimed_is_handed_out_its_token_known_and_the_next_claim_made_from_behind_it()
    {
        _ledger.Begin(Token, most: 5, bytes: 100);

        _results.Claimed(new ClaimedPage(1, 0, 0, 3, Token, Events.Of(0, 3)), Ms(1));

        Assert.Equal([0, 1, 2], _driven.HandOuts().Select(item => item.Event.Offset));
        Assert.True(IsKnown);
        Assert.Equal(3, _ledger.Position);
    }

    [Theory]
    [InlineData(FaultKind.Transient, false)]
    [InlineData(FaultKind.Gone, false)]
    [InlineData(FaultKind.Unknown, true)]
    public void A_claim_that_failed_is_answered_for_where_it_may_have_been_done(FaultKind kind, bool known)
    {
        _ledger.Begin(Token, most: 5, bytes: 100);

        _results.ClaimFailed(kind, Ms(1));

        Assert.Equal(known, IsKnown);
        _driven.Machine.Tick(Ms(1_000));
        Assert.Equal(known, _driven.Effects<DeliveryEffect.FindClaim>().Length == 1);
    }

    [Fact]
    public void A_claim_that_is_not_to_be_found_is_left_to_the_beats_and_made_again()
    {
        _ledger.Begin(Token, most: 5, bytes: 100);
        _results.ClaimFailed(FaultKind.Unknown, Ms(1));
        _driven.Machine.Tick(Ms(1_000));
        _driven.Effects();

        _results.ClaimNotFound(Ms(1_001));

        Assert.False(IsKnown);
        Assert.Contains(Token, _book.Unbegun);
        _driven.Machine.Tick(Ms(1_100));
        Assert.Single(_driven.Effects<DeliveryEffect.Claim>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nobody_answers_for_a_claim_of_retries_that_got_none(bool suspects)
    {
        _ledger.Know(Token);

        _results.RetriesClaimed(new ClaimedRetries([], []), Token, suspects, Ms(1));

        Assert.False(IsKnown);
        Assert.Equal(suspects, _driven.Effects<DeliveryEffect.ReturnPermit>().Length == 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Retries_that_were_claimed_are_handed_out_and_answered_for(bool suspects)
    {
        _ledger.Know(Token);

        _results.RetriesClaimed(new ClaimedRetries([new ClaimedRetry(Events.At(7), Token, 1)], []), Token, suspects, Ms(1));

        Assert.Equal(7, Assert.Single(_driven.HandOuts()).Event.Offset);
        Assert.True(IsKnown);
    }

    [Theory]
    [InlineData(false, FaultKind.Transient)]
    [InlineData(true, FaultKind.Unknown)]
    public void A_claim_of_retries_that_failed_is_answered_for_no_more(bool suspects, FaultKind kind)
    {
        _ledger.Know(Token);

        _results.RetriesFailed(Token, suspects, kind, Ms(1));

        Assert.False(IsKnown);
        Assert.Equal(kind is FaultKind.Unknown, _book.Unbegun.Contains(Token));
        Assert.Equal(suspects, _driven.Effects<DeliveryEffect.ReturnPermit>().Length == 1);
    }

    private bool IsKnown => _book.Known([Token]).Count == 1;
}
