namespace PgPubSub.Core.Deliveries;

/// <summary>
/// The messages that are handed out, by deadline. All deadlines of a group are equally long, so an insertion nearly always ends at
/// the tail, and an answer unlinks its message in constant time however many others stay out.
/// </summary>
internal sealed class DeadlineList
{
    private Item? _last;

    public Item? First { get; private set; }

    public void Add(Item item)
    {
        var before = _last;
        while (before is not null && before.Deadline > item.Deadline)
            before = before.Before;
        var after = before is null ? First : before.After;
        (item.Before, item.After) = (before, after);
        if (before is null)
            First = item;
        else
            before.After = item;
        if (after is null)
            _last = item;
        else
            after.Before = item;
    }

    public void Remove(Item item)
    {
        if (item.Before is null)
            First = item.After;
        else
            item.Before.After = item.After;
        if (item.After is null)
            _last = item.Before;
        else
            item.After.Before = item.Before;
        (item.Before, item.After) = (null, null);
    }
}
