using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class ClaimLedgerSpec
{
    private static readonly GroupKey Group = new(new TopicId(1), 2);
    private static readonly Guid Node = new(1, 0, 0, new byte[8]), Token = new(2, 0, 0, new byte[8]);

    private readonly Book _book = new();
    private readonly ClaimLedger _ledger;

    public ClaimLedgerSpec()
    {
        _ledger = new ClaimLedger(_book);
        _ledger.Stand(new GroupState(Group, 3, 10, false, 0));
        _ledger.Own(Node);
    }

    [Fact]
    public void A_claim_is_made_from_where_the_group_stands_and_its_token_is_known_before_it_is_sent()
    {
        var claim = _ledger.Begin(Token, most: 5, bytes: 100);

        Assert.Equal((Group, Node, Token, 3L, 10L), (claim.Group, claim.Node, claim.Token, claim.Generation, claim.Mark));
        Assert.Equal([Token], _book.Tokens);
    }

    [Fact]
    public void A_page_moves_it_on_and_one_of_an_earlier_generation_does_not()
    {
        _ledger.Note(new ClaimedPage(3, 10, 10, 15, Token, Events.Of(10, 15)));
        Assert.Equal(15, _ledger.Position);

        _ledger.Note(new ClaimedPage(2, 20, 20, 25, Token, Events.Of(20, 25)));
        Assert.Equal(15, _ledger.Position);
    }

    [Fact]
    public void Nobody_answers_for_a_claim_that_got_nothing_or_did_nothing()
    {
        _ledger.Begin(Token, most: 5, bytes: 100);
        _ledger.Note(new ClaimedPage(3, 10, 10, 10, Token, []));
        Assert.Empty(_book.Tokens);

        _ledger.Begin(Token, most: 5, bytes: 100);
        _ledger.ForgetClaim();
        Assert.Empty(_book.Tokens);
    }

    [Fact]
    public void Under_another_node_id_nothing_of_before_counts()
    {
        var epoch = _ledger.Epoch;
        _ledger.Know(Token);

        _ledger.Own(null);

        Assert.Empty(_book.Tokens);
        Assert.Equal([Token], _book.Abandoned);
        Assert.NotEqual(epoch, _ledger.Epoch);
    }

    [Fact]
    public void What_may_have_been_claimed_all_the_same_is_abandoned_and_not_forgotten()
    {
        _ledger.Know(Token);
        _ledger.Failed(Token, FaultKind.Refused);
        Assert.Empty(_book.Abandoned);

        _ledger.Know(Token);
        _ledger.Failed(Token, FaultKind.Unknown);
        Assert.Equal([Token], _book.Abandoned);

        var claim = _ledger.Begin(new Guid(3, 0, 0, new byte[8]), most: 5, bytes: 100);
        _ledger.AbandonClaim();
        Assert.Contains(claim.Token, _book.Abandoned);
        Assert.Empty(_book.Tokens);
    }

    [Fact]
    public void The_book_learns_of_what_was_handed_out()
    {
        _ledger.Know(Token);
        _ledger.HandedOut(Token);

        Assert.Equal([Token], _book.Begun);
    }

    private sealed class Book : ITokenBook
    {
        public HashSet<Guid> Tokens { get; } = [];

        public HashSet<Guid> Begun { get; } = [];

        public HashSet<Guid> Abandoned { get; } = [];

        public void Add(Guid token) => Tokens.Add(token);

        public void Begin(Guid token) => Begun.Add(token);

        public void Remove(Guid token) => Tokens.Remove(token);

        public void Abandon(Guid token)
        {
            Tokens.Remove(token);
            Abandoned.Add(token);
        }
    }
}
