using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>The consumers of a process: what each holds, and which hand-outs are over.</summary>
internal sealed class Audience(GroupRules rules, GroupTables tables, Journal journal, Clock clock)
{
    private readonly List<DeliveryId> _stale = [];
    private readonly HashSet<Item> _left = [];
    private int _names;

    public List<Consumer> All { get; } = [];

    public Consumer Join(int window)
    {
        var consumer = new Consumer(++_names, window);
        All.Add(consumer);
        return consumer;
    }

    public void Leave(Consumer consumer)
    {
        All.Remove(consumer);
        _left.UnionWith(consumer.Held.Select(h => h.Item));
        while (consumer.Held.Count > 0)
            End(consumer, 0, Ending.Stopped);
    }

    /// <summary>A consumer that leaves has not begun some of what it holds.</summary>
    public IReadOnlyList<DeliveryId> PutBack(Consumer consumer, Random random)
    {
        var unbegun = consumer.Held.Where(_ => random.Next(2) == 0).ToArray();
        foreach (var (item, handed) in unbegun)
        {
            consumer.Held.Remove((item, handed));
            journal.Forget(item.Event.Offset, handed);
            _stale.Add(item.Id);
        }

        return [.. unbegun.Select(h => h.Item.Id)];
    }

    /// <summary>One that left by and by is through.</summary>
    public void Left(int number)
    {
        var consumer = All.Single(c => c.Number == number);
        Assert.True(consumer is { Leaving: true, Held: [] }, "a consumer was let go that has not answered everything");
        All.Remove(consumer);
    }

    public Item End(Consumer consumer, int at, Ending ending)
    {
        var (item, handed) = consumer.Held[at];
        consumer.Held.RemoveAt(at);
        handed.Ending = ending;
        _stale.Add(item.Id);
        return item;
    }

    public void HandOut(DeliveryEffect.HandOut e, Guid node)
    {
        var offset = e.Item.Event.Offset;
        Assert.True(tables.Owns(node, e.Item.Holding.Token, offset), $"R4: {offset} was handed out by a node that does not hold it");
        Assert.Equal(clock.Now + rules.AckDeadline, e.Item.Deadline);
        var consumer = All.Single(c => c.Number == e.Consumer);
        Assert.False(consumer.Leaving, "somebody who leaves was handed something");
        consumer.Held.Add((e.Item, journal.Add(e.Item, node, tables.IsBuried(offset))));
        Assert.True(consumer.Held.Count + consumer.Kept.Count <= consumer.Window, "a window was exceeded");
    }

    public void Revoke(DeliveryEffect.Revoke e, Guid? node)
    {
        if (All.TrueForAll(c => c.Number != e.Consumer))
        {
            Assert.True(_left.Remove(e.Item), "something was revoked that the leaving consumer did not hold");
            return;
        }

        var consumer = All.Single(c => c.Number == e.Consumer);
        var late = e.Why.Contains("deadline", StringComparison.Ordinal);
        if (late)
            Assert.True(e.Item.Deadline <= clock.Now, "a deadline passed too early");
        else
            Assert.False(tables.Owns(node, e.Item.Holding.Token, e.Item.Event.Offset), $"{e.Item.Event.Offset} was revoked though its lease is held");
        End(consumer, consumer.Held.FindIndex(h => h.Item == e.Item), late ? Ending.Late : Ending.Lost);
    }

    /// <summary>R5: an answer to a hand-out that is over is refused and changes nothing.</summary>
    public void AnswerLate(DeliveryMachine machine, Random random)
    {
        if (_stale.Count == 0)
            return;
        var id = _stale[random.Next(_stale.Count)];
        var (open, next, way, asker) = (machine.InFlight, machine.NextTick, random.Next(4), new object());
        machine.KeepPlace(id);
        if (!All.Exists(c => c.Kept.Contains(id)))
            machine.FreePlace(id, clock.Now);
        var taken = way == 0 ? machine.Ack(id, asker, clock.Now) : way == 1 ? machine.Nack(id, "late", null, asker, clock.Now)
            : way == 3 ? machine.Bury(id, "late", asker, clock.Now) : machine.Extend(id, Times.Sec(1), clock.Now);
        Assert.False(taken, "R5: a late answer was taken");
        Assert.Equal((open, next), (machine.InFlight, machine.NextTick));
        Assert.Equal(way == 2 ? [] : [new DeliveryEffect.Confirm(new Confirmation(id, asker), AnswerOutcome.TooLate)], machine.Effects);
        machine.Effects.Clear();
    }
}
