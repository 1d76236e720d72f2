using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A process's claims of fresh pages: their tokens, and where the group stood at the last.</summary>
internal sealed class ClaimLine(DeliveryMachine machine, StoreLine store, TokenBook book, GroupTables tables, Clock clock)
{
    private Guid? _claim;

    public long Position { get; private set; } = tables.Cursor;

    public void Claim(Guid node, int most)
    {
        var token = book.New();
        _claim = token;
        store.Call("claim", () => tables.Claim(node, token, most), Claimed, Failed);
    }

    public void Find()
    {
        var token = _claim!.Value;
        store.Call("claim", () => tables.Find(token), Found, _ => Failed(FaultKind.Unknown));
    }

    /// <summary>Nobody answers for the last claim any more.</summary>
    public void Forget()
    {
        if (_claim is { } claim)
            book.Remove(claim);
        _claim = null;
    }

    private void Claimed(ClaimedPage page)
    {
        Position = page.Hi;
        if (page.IsEmpty)
            book.Remove(page.Token);
        _claim = null;
        machine.Claimed(page, clock.Now);
    }

    private void Found(ClaimedPage? page)
    {
        if (page is not null)
        {
            Claimed(page);
            return;
        }

        Forget();
        machine.ClaimNotFound(clock.Now);
    }

    private void Failed(FaultKind kind)
    {
        if (kind is not FaultKind.Unknown)
            Forget();
        machine.ClaimFailed(kind, clock.Now);
    }
}
