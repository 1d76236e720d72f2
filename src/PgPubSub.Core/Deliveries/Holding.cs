using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

/// <summary>What one claim got: a lease, or retries under one token. Answers gather here until they are written.</summary>
internal sealed class Holding
{
    private readonly ClaimedPage? _page;
    private List<long> _acked = [];
    private List<Failure> _failed = [];
    private List<Confirmation> _confirmations = [];

    private Holding(long no, Guid token, ClaimedPage? page) => (No, Token, _page) = (no, token, page);

    public long No { get; }

    public Guid Token { get; }

    public Item[] Items { get; private set; } = [];

    /// <summary>Whether some of it was handed out; kept by who performs that.</summary>
    public bool IsBegun { get; set; }

    public bool IsLease => _page is not null;

    /// <summary>Whether it is a lease of a generation that a seek has ended.</summary>
    public bool IsFenced(long generation) => _page?.Generation < generation;

    /// <summary>Messages that nobody has answered yet.</summary>
    public int Open { get; private set; }

    /// <summary>Whether it waits to be written.</summary>
    public bool Queued { get; set; }

    public bool IsDirty => _acked.Count + _failed.Count > 0;

    public static Holding Of(long no, ClaimedPage page, EventFilter? filter)
    {
        var holding = new Holding(no, page.Token, page);
        holding.Fill(page.Events, filter, stored => stored, static _ => 0);
        holding.SettleMissing(page);
        return holding;
    }

    public static Holding Of(long no, Guid token, ClaimedRetries claimed, EventFilter? filter)
    {
        var holding = new Holding(no, token, null);
        holding.Fill(claimed.Retries, filter, retry => retry.Event, retry => retry.Attempts);
        holding._acked.AddRange(claimed.Lost);
        return holding;
    }

    /// <summary>Events of the log that no lease stands behind.</summary>
    public static Holding Of(long no, IReadOnlyList<StoredEvent> events, int attempt)
    {
        var holding = new Holding(no, Guid.Empty, null) { Items = new Item[events.Count], Open = events.Count };
        for (var i = 0; i < events.Count; i++)
            holding.Items[i] = new Item(holding, i, events[i], attempt);
        return holding;
    }

    /// <summary>Takes an answer: acked where nothing failed.</summary>
    public void Answer(Item item, Failure? failed, object? asker)
    {
        item.State = ItemState.Answered;
        Open--;
        if (failed is null)
            _acked.Add(item.Event.Offset);
        else
            _failed.Add(failed);
        if (asker is not null)
            _confirmations.Add(new Confirmation(item.Id, asker));
    }

    /// <summary>Some of it was dropped: how many are left that nobody has answered.</summary>
    public int Recount() => Open = Items.Count(item => item.State is not ItemState.Answered);

    /// <summary>Moves what has gathered into a batch.</summary>
    public void Flush(SettleBatch batch)
    {
        if (_page is { } page)
            batch.Add(this, new LeaseSettlement(page.Generation, page.Lo, page.Hi, Token, Open == 0 && _failed.Count == 0, _acked, _failed), _confirmations);
        else
            batch.Add(this, [.. _acked.Select(offset => new RetrySettlement(offset, Token, null)), .. _failed.Select(f => new RetrySettlement(f.Offset, Token, f))], _confirmations);
        (_acked, _failed, _confirmations) = ([], [], []);
    }

    // What the filter does not want counts as settled.
    private void Fill<T>(IReadOnlyList<T> all, EventFilter? filter, Func<T, StoredEvent> eventOf, Func<T, int> attemptsOf)
    {
        var items = new List<Item>(all.Count);
        foreach (var one in all)
        {
            var stored = eventOf(one);
            if (filter is null || filter.Passes(stored))
                items.Add(new Item(this, items.Count, stored, attemptsOf(one) + 1));
            else
                _acked.Add(stored.Offset);
        }

        (Items, Open) = ([.. items], items.Count);
    }

    // What retention has taken out of a lease can't be handed out: it counts as settled.
    private void SettleMissing(ClaimedPage page)
    {
        if (page.Hi - page.Lo == page.Events.Count)
            return;
        var there = page.Events.Select(e => e.Offset).ToHashSet();
        for (var offset = page.Lo; offset < page.Hi; offset++)
        {
            if (!there.Contains(offset))
                _acked.Add(offset);
        }
    }

    /// <summary>Who still waits to hear that an answer was written.</summary>
    public IReadOnlyList<Confirmation> Abandon()
    {
        var waiting = _confirmations;
        (_acked, _failed, _confirmations) = ([], [], []);
        return waiting;
    }
}
