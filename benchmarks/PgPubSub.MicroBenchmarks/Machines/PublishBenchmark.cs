using BenchmarkDotNet.Attributes;
using PgPubSub.Actors;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;

namespace PgPubSub.MicroBenchmarks.Machines;

/// <summary>A topic's publisher under load: while a full batch is being appended, the events of the next one come one by one.</summary>
[MemoryDiagnoser]
public class PublishBenchmark
{
    private const int Batch = 500, Batches = 64, Messages = Batch * Batches;

    private readonly PublishUnit[] _units =
        [.. Enumerable.Range(0, Batch).Select(_ => new PublishUnit([new NewEvent(Guid.CreateVersion7(), "order.placed", null, new byte[140], null, null)], new object()))];

    [Benchmark(Description = "machine.publish", OperationsPerInvoke = Messages)]
    public void Batches_of_500() => new Publisher().Publish(_units);

    /// <summary>The machine with its actor and its store.</summary>
    private sealed class Publisher
    {
        private static readonly TimeSpan Now = TimeSpan.Zero;
        private static readonly TopicState Topic = new(new TopicId(1), Floor: 0, Tail: 0);

        private readonly PublishMachine _machine = new(new PublishBounds(Batch, PgPubSubSettings.PageBytes, PendingEvents: 50_000, PendingBytes: 64 * 1024 * 1024));
        private PublishEffect.Append? _appending;
        private int _published;

        public void Publish(PublishUnit[] units)
        {
            for (var batch = 0; batch < Batches; batch++)
            {
                foreach (var unit in units)
                {
                    _machine.Offer(unit, Now);
                    Perform();
                }

                if (batch == 0)
                    _machine.Opened(Topic, Now);
                else
                    Append();
                Perform();
            }

            Append();
            Perform();
            if (_published != Messages || !_machine.IsIdle)
                throw new InvalidOperationException($"{_published} of {Messages} messages were published.");
        }

        private void Append()
        {
            if (_appending is not { Events.Count: Batch } append)
                throw new InvalidOperationException("No full batch is being appended.");
            _appending = null;
            _machine.Appended(new AppendOutcome(append.KnownTail), Now);
        }

        // As the actor does it after each step.
        private void Perform()
        {
            foreach (var effect in _machine.Effects)
            {
                switch (effect)
                {
                    case PublishEffect.Append e:
                        _appending = e;
                        break;
                    case PublishEffect.Published:
                        _published++;
                        break;
                    case PublishEffect.Open or PublishEffect.Committed:
                        break;
                    default:
                        throw new InvalidOperationException($"Nothing here leads to {effect.GetType().Name}.");
                }
            }

            _machine.Effects.Clear();
            _ = _machine.NextTick;
        }
    }
}
