namespace PgPubSub.Core.Deliveries;

/// <summary>
/// Where a subscription's messages are: waiting, out with a consumer until a deadline, or answered and not yet let go. Groups and private subscribers share it; what an
/// answer means is theirs to say.
/// </summary>
internal sealed class HandOuts(List<DeliveryEffect> effects)
{
    private readonly Dictionary<long, Holding> _held = [];
    private readonly WaitingLine _waiting = new();
    private readonly DeadlineList _out = new();
    private Dictionary<DeliveryId, int>? _kept; // places of what is answered, with their consumers; most subscriptions never have any
    private long _holdings;

    public ConsumerSet Consumers { get; } = new();

    /// <summary>How long whoever gets a message from now on may hold it.</summary>
    public TimeSpan AckDeadline { get; set; }

    public int Waiting => _waiting.Count;

    /// <summary>How many of those that wait are retries.</summary>
    public int WaitingAgain => _waiting.Again;

    public bool IsEmpty => _held.Count == 0;

    public TimeSpan? NextDeadline => _out.First?.Deadline;

    public IEnumerable<Holding> Holdings => _held.Values;

    public IEnumerable<Item> Unanswered => _held.Values.SelectMany(holding => holding.Items).Where(item => item.State is not ItemState.Answered);

    /// <summary>Takes a holding, which gets the next number.</summary>
    public Holding Take(Func<long, Holding> make)
    {
        var holding = make(++_holdings);
        _held.Add(holding.No, holding);
        _waiting.Add(holding);
        return holding;
    }

    /// <summary>Hands out what waits while there is room, but for the places that are kept.</summary>
    public void HandOut(TimeSpan now, int kept = 0)
    {
        while (_waiting.Count > 0 && Consumers.Free > kept && Consumers.TryTake(out var consumer))
        {
            var item = _waiting.Take()!;
            (item.State, item.Consumer, item.Deadline) = (ItemState.Out, consumer, now + AckDeadline);
            _out.Add(item);
            effects.Add(new DeliveryEffect.HandOut(consumer, item));
        }
    }

    /// <summary>The message that a consumer holds under this id; null where that hand-out is over, which an asker is told.</summary>
    public Item? Find(DeliveryId id, object? asker)
    {
        if (_held.TryGetValue(id.Holding, out var holding) && (uint)id.Index < (uint)holding.Items.Length && holding.Items[id.Index] is { State: ItemState.Out } item)
            return item;
        if (asker is not null)
            effects.Add(new DeliveryEffect.Confirm(new Confirmation(id, asker), AnswerOutcome.TooLate));
        return null;
    }

    /// <summary>A consumer needs longer: it has this long from now on. False where the hand-out is over.</summary>
    public bool Extend(DeliveryId id, TimeSpan time, TimeSpan now)
    {
        if (Find(id, asker: null) is not { } item)
            return false;
        _out.Remove(item);
        item.Deadline = now + time;
        _out.Add(item);
        return true;
    }

    /// <summary>Whatever becomes of its answer, a message that is out keeps its place until <see cref="FreePlace"/>; unless its deadline passes before.</summary>
    public void KeepPlace(DeliveryId id)
    {
        if (Find(id, asker: null) is { } item)
            item.KeepsPlace = true;
    }

    /// <summary>Its consumer is through with it; an answer that is still on its way frees the place itself.</summary>
    public void FreePlace(DeliveryId id)
    {
        if (_kept is not null && _kept.Remove(id, out var consumer))
            Consumers.GiveBack(consumer);
        else if (Find(id, asker: null) is { } item)
            item.KeepsPlace = false;
    }

    public void Leave(int consumer)
    {
        Consumers.Leave(consumer);
        foreach (var id in KeptBy(consumer))
            _kept!.Remove(id);
    }

    /// <summary>It gets nothing more, and leaves once what it has is answered; places that it keeps are nobody's any more.</summary>
    public void Retire(int consumer)
    {
        foreach (var id in KeptBy(consumer))
            FreePlace(id);
        Consumers.Retire(consumer);
    }

    /// <summary>A message whose deadline has passed; it is revoked.</summary>
    public Item? Late(TimeSpan now)
    {
        if (_out.First is not { } late || late.Deadline > now)
            return null;
        late.KeepsPlace = false;
        effects.Add(new DeliveryEffect.Revoke(late.Consumer, late, "its deadline passed"));
        return late;
    }

    /// <summary>A message that is out is answered: its consumer has room again, unless it keeps the place.</summary>
    public void End(Item item, Failure? failed, object? asker)
    {
        _out.Remove(item);
        if (item.KeepsPlace && !Consumers.IsLeaving(item.Consumer))
            (_kept ??= []).Add(item.Id, item.Consumer);
        else
            Consumers.GiveBack(item.Consumer);
        item.Holding.Answer(item, failed, asker);
    }

    /// <summary>A message that nobody got, to be given back.</summary>
    public Item? TakeBack() => _waiting.Take();

    /// <summary>This one, which nobody got, is given back.</summary>
    public void TakeBack(Item item) => _waiting.Forget(item);

    /// <summary>A holding is over.</summary>
    public void Remove(Holding holding) => _held.Remove(holding.No);

    /// <summary>A holding is lost, or what it has from an offset on: what waits is forgotten, what is out is revoked.</summary>
    public void Drop(Holding holding, string why, long from = 0)
    {
        foreach (var item in holding.Items)
        {
            if (item.Event.Offset < from)
                continue;
            if (item.State is ItemState.Waiting)
                _waiting.Forget(item);
            if (item.State is not ItemState.Out)
                continue;
            _out.Remove(item);
            Consumers.GiveBack(item.Consumer);
            item.State = ItemState.Answered;
            effects.Add(new DeliveryEffect.Revoke(item.Consumer, item, why));
        }
    }

    private DeliveryId[] KeptBy(int consumer) => _kept is null ? [] : [.. _kept.Where(kept => kept.Value == consumer).Select(kept => kept.Key)];
}
