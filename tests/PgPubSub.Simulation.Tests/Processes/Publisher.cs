using System.Text;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;
using PgPubSub.Simulation.Tests.Databases;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The process's publisher of the topic, as its actor performs it.</summary>
internal sealed class Publisher
{
    private static readonly byte[] Data = Encoding.UTF8.GetBytes("{\"n\":1}");

    private readonly Process _process;
    private readonly PublishMachine _machine;
    private readonly Alarm _alarm;
    private readonly List<Publication> _waiting = [];

    public Publisher(Process process)
    {
        _process = process;
        _machine = new PublishMachine(process.Terms.Bounds);
        _alarm = new Alarm(process, () => Step(() => _machine.Tick(_process.Now)));
    }

    public bool IsIdle => _machine.IsIdle;

    /// <summary>Somebody publishes events, all or none of them.</summary>
    public void Publish(int count)
    {
        var events = new NewEvent[count];
        for (var i = 0; i < count; i++)
            events[i] = new NewEvent(_process.World.NewId(), _process.World.Chance(0.3) ? Terms.Rare : Terms.Usual, null, Data, null, null);
        var publication = new Publication(events);
        _process.World.Trace?.Invoke($"{_process} is given {count} events to publish, {publication}");
        _process.Setting.Journal.Log.Offered(publication);
        _waiting.Add(publication);
        Step(() => _machine.Offer(new PublishUnit(events, publication), _process.Now));
    }

    public void Wake(long tail) => _machine.Wake(tail);

    /// <summary>The process is no more: whoever waits hears nothing.</summary>
    public void End() => _waiting.Clear();

    private void Step(Action step)
    {
        step();
        foreach (var effect in _machine.Effects.ToArray())
            Perform(effect);
        _machine.Effects.Clear();
        _alarm.Set(_machine.NextTick);
    }

    private void Perform(PublishEffect effect)
    {
        var log = _process.Setting.Journal.Log;
        switch (effect)
        {
            case PublishEffect.Open:
                _process.Send(
                    "open topic",
                    null,
                    () => _process.Database.Log.EnsureTopicAsync(Setting.TopicName, _process.Terms.Retention, CancellationToken.None),
                    null,
                    topic => Step(() => _machine.Opened(topic, _process.Now)),
                    kind => Step(() => _machine.OpenFailed(kind, "it failed", _process.Now)));
                break;
            case PublishEffect.Append e:
                Append(e);
                break;
            case PublishEffect.Published e:
                log.Confirmed((Publication)e.Unit.Asker, e.First);
                break;
            case PublishEffect.Rejected e:
                log.Rejected((Publication)e.Unit.Asker, e.CanRetry);
                break;
            case PublishEffect.Committed e:
                _process.Wake(e.Tail);
                Notify(e.Tail);
                break;
        }
    }

    private void Append(PublishEffect.Append append)
    {
        var call = _process.Setting.Plants.Append(_process, append);
        _process.Database.Send(new Call<AppendOutcome>(
            _process,
            $"append {append.Events.Count} after {append.KnownTail}",
            _process.Setting.Topic,
            call.Run,
            _ => _process.Setting.Journal.Log.Grown(),
            outcome => Step(() => _machine.Appended(outcome, _process.Now)),
            kind => Step(() => _machine.AppendFailed(kind, "it failed", _process.Now)))
        {
            Began = call.Began,
        });
    }

    private void Notify(TopicTail tail)
    {
        if (_process.World.Chance(_process.Database.Faults))
        {
            _process.World.Met(Hazard.NotifyLost);
            return;
        }

        foreach (var line in _process.Database.Lines)
        {
            if (line.Owner != _process)
                line.Hear(tail);
        }
    }
}
