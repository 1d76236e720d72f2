using BenchmarkDotNet.Attributes;
using PgPubSub.Actors;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.MicroBenchmarks.Machines;

/// <summary>A group of one consumer works off a topic: each message is claimed, handed out, acked and settled.</summary>
[MemoryDiagnoser]
public class DeliveryBenchmark
{
    private const int Messages = 32_000; // both pages divide it
    private readonly ClaimedPage[] _whole = Claims(ofPage: 1_000), _quarters = Claims(ofPage: 256);

    [Benchmark(Description = "machine.delivery", OperationsPerInvoke = Messages)]
    public void Pages_of_1000() => new Group(_whole).WorkOff();

    [Benchmark(Description = "machine.delivery.256", OperationsPerInvoke = Messages)]
    public void Pages_of_256() => new Group(_quarters).WorkOff();

    private static ClaimedPage[] Claims(int ofPage) =>
        [.. StoredEvents.InPages(Messages, ofPage).Select(page => new ClaimedPage(1, page[0].Offset, page[0].Offset, page[^1].Offset + 1, Guid.CreateVersion7(), page))];

    /// <summary>The machine with its actor, its store and its consumer, who all answer at once.</summary>
    private sealed class Group(ClaimedPage[] claims)
    {
        private const int Consumer = 1, Window = 1_000;
        private static readonly TimeSpan Now = TimeSpan.Zero;
        private static readonly ClaimedPage Nothing = new(1, Messages, Messages, Messages, Guid.Empty, []);
        private static readonly ClaimedRetries NoRetries = new([], []);
        private static readonly SettleResult Held = new([true], []);

        private readonly DeliveryMachine _machine = new(GroupRules.Default, PgPubSubSettings.PageBytes);
        private readonly Queue<DeliveryId> _out = new(Window);
        private SettleBatch? _writing;
        private bool _claiming;
        private int _claims, _settled;

        public void WorkOff()
        {
            _machine.Own(owned: true, position: 0, Now);
            _machine.Wake(Messages, Now);
            _machine.Join(Consumer, Window, Now);
            do
                Perform();
            while (Answer());
            if (_settled != Messages || !_machine.IsIdleAt(Messages))
                throw new InvalidOperationException($"{_settled} of {Messages} messages were settled.");
        }

        // As the actor does it after each step.
        private void Perform()
        {
            for (var i = 0; i < _machine.Effects.Count; i++)
                Perform(_machine.Effects[i]);
            _machine.Effects.Clear();
            _ = _machine.NextTick;
        }

        private void Perform(DeliveryEffect effect)
        {
            switch (effect)
            {
                case DeliveryEffect.HandOut e:
                    _out.Enqueue(e.Item.Id);
                    break;
                case DeliveryEffect.Settle e:
                    _writing = e.Batch;
                    break;
                case DeliveryEffect.Claim:
                    _claiming = true;
                    break;
                case DeliveryEffect.ClaimRetries:
                    _machine.RetriesClaimed(NoRetries, Guid.Empty, Now);
                    break;
                case DeliveryEffect.Release or DeliveryEffect.AskPermit: // the node's permit is elsewhere
                    break;
                default:
                    throw new InvalidOperationException($"Nothing here leads to {effect.GetType().Name}.");
            }
        }

        private bool Answer()
        {
            if (_out.TryDequeue(out var id))
                return _machine.Ack(id, asker: null, Now);
            if (_writing is { Leases: [{ Whole: true } lease] })
            {
                (_writing, _settled) = (null, _settled + lease.Acked.Count);
                _machine.Settled(Held, Now);
                return true;
            }

            if (!_claiming)
                return false;
            _claiming = false;
            _machine.Claimed(_claims < claims.Length ? claims[_claims++] : Nothing, Now);
            return true;
        }
    }
}
