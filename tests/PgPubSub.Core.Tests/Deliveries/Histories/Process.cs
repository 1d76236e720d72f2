using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A process with the machine of one group: performs its effects as the subscription's actor does, and checks them.</summary>
internal sealed class Process
{
    private readonly GroupTables _tables;
    private readonly Journal _journal;
    private readonly Clock _clock;
    private readonly DeliveryMachine _machine;
    private readonly StoreLine _store;
    private readonly Audience _audience;
    private readonly Permit _permit;
    private readonly TokenBook _book;
    private readonly ClaimLine _claims;
    private readonly AskerList _askers = new();
    private Guid? _suspect;

    public Process(GroupRules rules, GroupTables tables, Journal journal, Clock clock)
    {
        (_tables, _journal, _clock) = (tables, journal, clock);
        _machine = new DeliveryMachine(rules, claimBytes: 8 << 20);
        _store = new StoreLine(Do);
        _book = new TokenBook(tables, journal, clock);
        _claims = new ClaimLine(_machine, _store, _book, tables, clock);
        _audience = new Audience(rules, tables, journal, clock);
        _permit = new Permit(Messages, () => Do(() => _machine.SuspectGranted(_clock.Now)));
    }

    public List<Consumer> Consumers => _audience.All;

    public List<StoreCall> Calls => _store.Calls;

    public List<Action> Messages { get; } = [];

    public Guid? Node { get; private set; }

    public bool Suspended { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>How many suspects it claimed.</summary>
    public int Suspects { get; private set; }

    /// <summary>How many left by and by.</summary>
    public int Retired { get; private set; }

    public TimeSpan? NextTick => _machine.NextTick;

    public bool EverybodyIsAnswered => _askers.AreAnswered;

    public void Own(bool registered)
    {
        Node = registered ? _tables.Register() : null;
        _claims.Forget();
        _store.Epoch++;
        _book.Forget();
        Do(() => _machine.Own(registered, _claims.Position, _clock.Now));
        if (registered)
            Suspend(false);
    }

    public void Suspend(bool suspended)
    {
        Suspended = suspended;
        Do(() => _machine.Suspend(suspended, _clock.Now));
    }

    /// <summary>Time has passed.</summary>
    public void TickIfDue()
    {
        if (_machine.NextTick <= _clock.Now)
            Do(() => _machine.Tick(_clock.Now));
        Assert.True(_machine.NextTick is not { } next || next > _clock.Now, "a tick leaves the next one in the past");
        Assert.DoesNotContain(Consumers.SelectMany(c => c.Held), h => h.Item.Deadline <= _clock.Now);
    }

    public void Wake(long tail) => Send(() => _machine.Wake(tail, _clock.Now));

    public void Poll()
    {
        if (_tables.Due(_clock.Now) is (true, var suspects))
            Send(() => _machine.WakeRetries(suspects, _clock.Now));
    }

    public void Beat()
    {
        if (Node is { } node && _tables.Knows(node))
            _book.Beat(node);
    }

    public void Join(int window)
    {
        var consumer = _audience.Join(window);
        IsDone = false;
        Do(() => _machine.Join(consumer.Number, window, _clock.Now));
    }

    public void Leave(Consumer consumer)
    {
        _audience.Leave(consumer);
        Do(() => _machine.Leave(consumer.Number, [], _clock.Now));
    }

    /// <summary>Some of what it holds was not begun; the rest goes back too, or is answered before it leaves.</summary>
    public void Leave(Consumer consumer, bool linger, Random random)
    {
        var unbegun = _audience.PutBack(consumer, random);
        if (linger)
            consumer.Leaving = true;
        else
            _audience.Leave(consumer);
        Do(() =>
        {
            if (linger)
                _machine.Retire(consumer.Number, unbegun, _clock.Now);
            else
                _machine.Leave(consumer.Number, unbegun, _clock.Now);
        });
    }

    public void Ack(Consumer consumer, int at, bool confirm)
    {
        var item = _audience.End(consumer, at, Ending.Acked);
        Do(() => Assert.True(_machine.Ack(item.Id, _askers.Of(confirm, () => _journal.Confirmed(item.Event.Offset)), _clock.Now)));
    }

    public void Nack(Consumer consumer, int at, bool confirm, TimeSpan? delay)
    {
        var item = _audience.End(consumer, at, Ending.Nacked);
        Do(() => Assert.True(_machine.Nack(item.Id, "no", delay, _askers.Of(confirm, () => { }), _clock.Now)));
    }

    public void Bury(Consumer consumer, int at, bool confirm)
    {
        var item = _audience.End(consumer, at, Ending.Buried);
        Do(() => Assert.True(_machine.Bury(item.Id, "never", _askers.Of(confirm, () => _journal.Confirmed(item.Event.Offset)), _clock.Now)));
    }

    /// <summary>What comes next is an answer of somebody who is not through yet.</summary>
    public void Keep(Consumer consumer, int at)
    {
        var id = consumer.Held[at].Item.Id;
        consumer.Kept.Add(id);
        _machine.KeepPlace(id);
    }

    public void Free(Consumer consumer, int at)
    {
        var id = consumer.Kept[at];
        consumer.Kept.RemoveAt(at);
        Do(() => _machine.FreePlace(id, _clock.Now));
    }

    public void Extend(Item item, TimeSpan time) => Do(() => Assert.True(_machine.Extend(item.Id, time, _clock.Now)));

    public void AnswerLate(Random random) => _audience.AnswerLate(_machine, random);

    private void Send(Action step) => Messages.Add(() => Do(step));

    private void Do(Action step)
    {
        step();
        foreach (var effect in _machine.Effects.ToArray())
            Perform(effect);
        _machine.Effects.Clear();
    }

    private void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.HandOut e:
                Assert.False(Suspended || Node is null, "something was handed out though the node can't say that it is alive");
                _audience.HandOut(e, Node!.Value);
                break;
            case DeliveryEffect.Revoke e:
                _audience.Revoke(e, Node);
                break;
            case DeliveryEffect.Confirm e:
                ((Asker)e.To.Asker).Hear(e.Outcome);
                break;
            case DeliveryEffect.Claim e:
                Assert.InRange(e.Most, 1, ClaimPacer.Most);
                _claims.Claim(Node!.Value, e.Most);
                break;
            case DeliveryEffect.FindClaim:
                _claims.Find();
                break;
            case DeliveryEffect.ClaimRetries e:
                ClaimRetries("claim retries", e.Most, retries => _machine.RetriesClaimed(retries, _clock.Now), () => _machine.RetriesFailed(_clock.Now));
                break;
            case DeliveryEffect.ClaimSuspect:
                Assert.True(_permit.IsHeld, "a suspect was claimed without the permit");
                ClaimRetries("claim suspects", 1, SuspectsClaimed, () => _machine.SuspectsFailed(_clock.Now));
                break;
            case DeliveryEffect.AskPermit:
                _permit.Ask();
                break;
            case DeliveryEffect.ReturnPermit:
                _permit.Return(isWanted: _suspect is not null || _store.IsUnderWay("claim suspects"));
                break;
            case DeliveryEffect.Settle e:
                Settle(Node!.Value, e.Batch);
                break;
            case DeliveryEffect.Release e:
                _book.Release(e.Token);
                _suspect = _suspect == e.Token ? null : _suspect;
                break;
            case DeliveryEffect.Left e:
                _audience.Left(e.Consumer);
                Retired++;
                break;
            case DeliveryEffect.Done:
                Assert.Empty(Consumers);
                Assert.Equal(0, _machine.InFlight);
                Assert.True(_book.IsEmpty);
                Assert.True(EverybodyIsAnswered);
                IsDone = true;
                break;
        }
    }

    private void Settle(Guid node, SettleBatch batch) => _store.Call(
        "settle", () => _tables.Settle(node, batch, _clock.Now), result => _machine.Settled(result, _clock.Now), kind => _machine.SettleFailed(kind, _clock.Now));

    private void ClaimRetries(string kind, int most, Action<IReadOnlyList<ClaimedRetry>> claimed, Action failed)
    {
        var (node, token) = (Node!.Value, _book.New());
        _store.Call(
            kind,
            () => _tables.ClaimRetries(node, token, most, kind == "claim suspects", _clock.Now),
            retries =>
            {
                if (retries.Count == 0)
                    _book.Remove(token);
                claimed(retries);
            },
            _ =>
            {
                _book.Remove(token);
                failed();
            });
    }

    private void SuspectsClaimed(IReadOnlyList<ClaimedRetry> suspects)
    {
        _suspect = suspects.Count > 0 ? suspects[0].Token : null;
        Suspects += suspects.Count;
        _machine.SuspectsClaimed(suspects, _clock.Now);
    }
}
