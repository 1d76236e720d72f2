using BenchmarkDotNet.Attributes;
using PgPubSub.Actors;
using PgPubSub.Core.Topics;

namespace PgPubSub.MicroBenchmarks.Serializers;

/// <summary>An event that stands in the log is read as an object.</summary>
[MemoryDiagnoser]
public class ReadBenchmark
{
    private readonly TopicEvent _small = Stored(OrderPlaced.Small), _large = Stored(OrderPlaced.Large);

    [Benchmark(Description = "serializer.read.small", OperationsPerInvoke = OrderPlaced.SmallMessages)]
    public void Small() => Read(_small, OrderPlaced.Small, OrderPlaced.SmallMessages);

    [Benchmark(Description = "serializer.read.8kb", OperationsPerInvoke = OrderPlaced.LargeMessages)]
    public void Large() => Read(_large, OrderPlaced.Large, OrderPlaced.LargeMessages);

    private static void Read(TopicEvent stored, OrderPlaced order, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            if (stored.As<OrderPlaced>().Lines.Count != order.Lines.Count)
                throw new InvalidOperationException("Another order was read than was written.");
        }
    }

    private static TopicEvent Stored(OrderPlaced order) => new(
        "orders", new StoredEvent(0, Guid.CreateVersion7(), "order.placed", null, JsonPayloadSerializer.Default.Write(order), null, null, DateTimeOffset.UnixEpoch), JsonPayloadSerializer.Default);
}
