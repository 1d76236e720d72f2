namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>
/// Some processes that share a group, driven by a seeded scheduler: first everything goes wrong that can, then faults stop and all must
/// drain with time driven by the machines' own ticks. A tail is told once and never polled: a machine that drops a wake-up stays behind.
/// </summary>
internal sealed class History
{
    private readonly Random _random;
    private readonly Plan _plan;
    private readonly Clock _clock = new();
    private readonly Journal _journal;
    private readonly GroupTables _tables;
    private readonly List<Process> _processes = [];
    private readonly Line _line;
    private TimeSpan _poll;

    public History(int seed)
    {
        _random = new Random(seed);
        _plan = Plan.From(_random);
        _line = new Line(_random, _plan.FaultPercent);
        _journal = new Journal(_plan.Rules);
        _tables = new GroupTables(_plan.Rules, _journal);
        for (var i = 0; i < _plan.Processes; i++)
            _processes.Add(Start());
    }

    public int HandOuts => _journal.HandOuts;

    public int Again => _journal.Again;

    public int DeadLetters => _tables.DeadLetters;

    public int Retired => _processes.Sum(p => p.Retired);

    public int Suspects => _processes.Sum(p => p.Suspects);

    public void Disturb(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Step(_processes[_random.Next(_processes.Count)]);
            if (i % 10 == 0)
                _tables.CheckPlaces();
        }
    }

    /// <summary>Faults stop: everything is handled, and everybody is answered.</summary>
    public void Drain()
    {
        _line.ServeZombies();
        foreach (var process in _processes.ToArray())
            Recover(process);
        var waits = 0;
        _poll = _clock.Now;
        while (!_tables.IsDrained || _processes.Any(p => !p.EverybodyIsAnswered))
        {
            Settle();
            Assert.True(++waits < 3_000, "it does not drain");
            Wait();
        }

        _tables.CheckPlaces();
        Assert.True(_tables.IsDrained);
        for (var offset = 0L; offset < _tables.Tail; offset++)
            Assert.True(_journal.WasAcked(offset) || _tables.IsBuried(offset), $"R3: {offset} was never handled");
    }

    /// <summary>Everybody leaves, and the machines say when they are done.</summary>
    public void Close()
    {
        foreach (var process in _processes)
        {
            foreach (var consumer in process.Consumers.ToArray())
                process.Leave(consumer);
        }

        for (var waits = 0; _processes.Any(p => !p.IsDone); Wait())
        {
            Settle();
            Assert.True(++waits < 100, "somebody is never done");
        }
    }

    private Process Start()
    {
        var process = new Process(_plan.Rules, _tables, _journal, _clock);
        process.Own(registered: true);
        return process;
    }

    private void Step(Process process)
    {
        switch (_random.Next(40))
        {
            case < 10 when process.Calls.Count > 0:
                _line.Serve(process, Take(process.Calls));
                break;
            case < 20 when process.Messages.Count > 0:
                Take(process.Messages)();
                break;
            case < 31 when process.Consumers.Count > 0:
                Answer(process, process.Consumers[_random.Next(process.Consumers.Count)]);
                break;
            case < 33:
                Publish();
                break;
            case < 36:
                Pass(_random.Next(8) == 0 ? Times.Ms(_random.Next(3_000)) : Times.Ms(_random.Next(30)));
                break;
            case 36:
                process.Poll();
                process.AnswerLate(_random);
                break;
            case 37:
                JoinOrLeave(process);
                break;
            case 38:
                process.Beat();
                _line.ServeZombie();
                break;
            case 39 when _random.Next(6) == 0:
                Trouble(process);
                break;
        }
    }

    private void Answer(Process process, Consumer consumer)
    {
        if (consumer.Kept.Count > 0 && _random.Next(3) == 0)
            process.Free(consumer, _random.Next(consumer.Kept.Count));
        if (consumer.Held.Count == 0)
            return;
        var at = _random.Next(consumer.Held.Count);
        var confirm = _random.Next(2) == 0;
        if (_random.Next(12) == 0)
            process.Extend(consumer.Held[at].Item, Times.Ms(_random.Next(1, 4_000)));
        else
            Settle(process, consumer, at, confirm);
    }

    private void Settle(Process process, Consumer consumer, int at, bool confirm)
    {
        if (_random.Next(8) == 0)
            process.Keep(consumer, at);
        if (_random.Next(100) < _plan.BuryPercent)
            process.Bury(consumer, at, confirm);
        else if (_random.Next(100) < _plan.NackPercent)
            process.Nack(consumer, at, confirm, _random.Next(2) == 0 ? null : Times.Ms(_random.Next(200)));
        else
            process.Ack(consumer, at, confirm);
    }

    private void Publish()
    {
        _tables.Tail += _random.Next(1, 12);
        foreach (var process in _processes)
            process.Wake(_tables.Tail);
    }

    private void Pass(TimeSpan time)
    {
        _clock.Now += time;
        _processes.ForEach(process => process.TickIfDue());
    }

    private void JoinOrLeave(Process process)
    {
        if (process.Consumers.TrueForAll(c => c.Leaving) || (process.Consumers.Count < 3 && _random.Next(3) == 0))
            process.Join(_random.Next(1, _plan.MostWindow + 1));
        else if (_random.Next(2) == 0 && process.Consumers[_random.Next(process.Consumers.Count)] is { Leaving: false } leaver)
            process.Leave(leaver, linger: _random.Next(2) == 0, _random);
    }

    private void Trouble(Process process)
    {
        if (process.Node is null)
            process.Own(registered: true);
        else if (!process.Suspended)
            process.Suspend(true);
        else if (!_tables.Knows(process.Node.Value))
            process.Own(registered: false); // its beat finds no row
        else if (_random.Next(2) == 0)
            process.Suspend(false);
        else if (_plan.Deaths)
            TakeOver(process);
        if (_plan.Deaths && _random.Next(8) == 0)
            Kill(process);
    }

    private void TakeOver(Process process)
    {
        _tables.TakeOver(process.Node!.Value, _clock.Now);
        _journal.Lost(process.Node.Value);
    }

    private void Kill(Process process)
    {
        if (process.Node is not null)
            TakeOver(process);
        _line.Orphan(process);
        _processes[_processes.IndexOf(process)] = Start();
    }

    private void Recover(Process process)
    {
        if (process.Node is { } node && !_tables.Knows(node))
            process.Own(registered: false);
        if (process.Node is null)
            process.Own(registered: true);
        if (process.Suspended)
            process.Suspend(false);
        if (process.Consumers.TrueForAll(c => c.Leaving))
            process.Join(_random.Next(1, _plan.MostWindow + 1));
    }

    // Everything that needs no time.
    private void Settle()
    {
        for (var busy = true; busy;)
        {
            busy = false;
            foreach (var process in _processes)
            {
                while (process.Calls.Count > 0 || process.Messages.Count > 0 || process.Consumers.Exists(c => c.Held.Count + c.Kept.Count > 0))
                {
                    busy = true;
                    if (process.Calls.Count > 0)
                        Line.Reply(process, Take(process.Calls));
                    if (process.Messages.Count > 0)
                        Take(process.Messages)();
                    if (process.Consumers.Find(c => c.Held.Count > 0) is { } consumer)
                        process.Ack(consumer, 0, confirm: true);
                    if (process.Consumers.Find(c => c.Kept.Count > 0) is { } keeper)
                        process.Free(keeper, 0);
                }
            }
        }
    }

    // To the next moment that a machine wants, or to the next poll and beat.
    private void Wait()
    {
        var next = _processes.Min(p => p.NextTick);
        Assert.True(next is null || next > _clock.Now, "the next tick lies in the past");
        Pass((next < _poll ? next.Value : _poll) - _clock.Now);
        if (_clock.Now < _poll)
            return;
        _poll = _clock.Now + Times.Sec(1);
        foreach (var process in _processes)
        {
            process.Poll();
            process.Beat();
        }
    }

    private T Take<T>(List<T> from)
    {
        var at = _random.Next(from.Count);
        var taken = from[at];
        from.RemoveAt(at);
        return taken;
    }
}
