using BenchmarkDotNet.Attributes;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.MicroBenchmarks.Machines;

/// <summary>A private subscriber replays a topic: each message is read, handed out and acked.</summary>
[MemoryDiagnoser]
public class PrivateBenchmark
{
    private const int Messages = 64 * ReadDesk.Page;
    private readonly StoredEvent[][] _pages = StoredEvents.InPages(Messages, ReadDesk.Page);

    [Benchmark(Description = "machine.private", OperationsPerInvoke = Messages)]
    public void Pages_of_500() => new Subscriber(_pages).Replay();

    /// <summary>The machine with its actor, its store and its consumer, who all answer at once.</summary>
    private sealed class Subscriber(StoredEvent[][] pages)
    {
        private const int Window = 1_000;
        private static readonly TimeSpan Now = TimeSpan.Zero;

        private readonly PrivateMachine _machine = new(GroupRules.Default, Window);
        private readonly Queue<DeliveryId> _out = new(Window);
        private long? _reading;
        private int _acked;

        public void Replay()
        {
            _machine.Open(position: 0, Messages, Now);
            do
                Perform();
            while (Answer());
            if (_acked != Messages || !_machine.IsIdleAt(Messages))
                throw new InvalidOperationException($"{_acked} of {Messages} messages were acked.");
        }

        // As the actor does it after each step.
        private void Perform()
        {
            foreach (var effect in _machine.Effects)
            {
                switch (effect)
                {
                    case DeliveryEffect.HandOut e:
                        _out.Enqueue(e.Item.Id);
                        break;
                    case DeliveryEffect.Read e:
                        _reading = e.From;
                        break;
                    default:
                        throw new InvalidOperationException($"Nothing here leads to {effect.GetType().Name}.");
                }
            }

            _machine.Effects.Clear();
            _ = _machine.NextTick;
        }

        private bool Answer()
        {
            if (_out.TryDequeue(out var id))
            {
                _acked++;
                return _machine.Ack(id, asker: null, Now);
            }

            if (_reading is not { } from)
                return false;
            _reading = null;
            _machine.PageRead(from, from < Messages ? pages[from / ReadDesk.Page] : [], Now);
            return true;
        }
    }
}
