using PgPubSub.Core.Nodes;

namespace PgPubSub.Core.Tests.Nodes;

/// <summary>What a node can say of a claim: whether somebody answers for it, and whether anything of it was handed out.</summary>
public sealed class ClaimBookSpec
{
    private readonly ClaimBook _book = new();
    private readonly Guid _token = Guid.CreateVersion7();

    public ClaimBookSpec() => _book.Add(_token);

    [Fact]
    public void Of_a_claim_under_way_nothing_was_handed_out()
    {
        Assert.Equal([_token], _book.Unbegun);
        Assert.Equal([_token], _book.Known([_token, Guid.CreateVersion7()]));
    }

    [Fact]
    public void Of_what_was_begun_something_may_have_been_handed_out_also_when_it_is_abandoned()
    {
        _book.Begin(_token);
        Assert.Empty(_book.Unbegun);
        Assert.Equal([_token], _book.Known([_token]));

        _book.Abandon(_token);
        Assert.Empty(_book.Unbegun);
        Assert.Empty(_book.Known([_token]));
    }

    [Fact]
    public void What_was_abandoned_before_it_was_begun_is_nobodys_and_was_not_handed_out()
    {
        _book.Abandon(_token);

        Assert.Equal([_token], _book.Unbegun);
        Assert.Empty(_book.Known([_token]));
    }

    [Fact]
    public void Nothing_is_known_of_what_is_over()
    {
        _book.Remove(_token);
        _book.Abandon(_token);

        Assert.Empty(_book.Unbegun);
        Assert.Empty(_book.Known([_token]));
    }

    [Fact]
    public void Of_many_that_were_abandoned_the_last_thousand_are_remembered()
    {
        Guid[] tokens = [.. Enumerable.Range(0, 1_001).Select(_ => Guid.CreateVersion7())];
        foreach (var token in tokens)
        {
            _book.Add(token);
            _book.Abandon(token);
        }

        Assert.Equal(tokens[1..], _book.Unbegun.Except([_token]));
    }
}
