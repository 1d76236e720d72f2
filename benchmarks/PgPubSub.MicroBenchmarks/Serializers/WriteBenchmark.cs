using BenchmarkDotNet.Attributes;
using PgPubSub.Actors;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.MicroBenchmarks.Serializers;

/// <summary>What is to be published is checked, and written as JSON.</summary>
[MemoryDiagnoser]
public class WriteBenchmark
{
    private readonly PayloadWriter _writer = new(new EventTypeNames().Add<OrderPlaced>("order.placed").Freeze(), JsonPayloadSerializer.Default, maxPayloadBytes: 16 * 1024 * 1024);
    private readonly Publish _small = new("orders", OrderPlaced.Small, Key: "o-10485760"), _large = new("orders", OrderPlaced.Large, Key: "o-10485760");

    [Benchmark(Description = "serializer.write.small", OperationsPerInvoke = OrderPlaced.SmallMessages)]
    public void Small() => Write(_small, OrderPlaced.SmallBytes, OrderPlaced.SmallMessages);

    [Benchmark(Description = "serializer.write.8kb", OperationsPerInvoke = OrderPlaced.LargeMessages)]
    public void Large() => Write(_large, OrderPlaced.LargeBytes, OrderPlaced.LargeMessages);

    private void Write(Publish publish, int bytes, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            var (written, problem) = _writer.Write(publish);
            if (written?.Data.Length != bytes)
                throw new InvalidOperationException(problem ?? $"{written?.Data.Length} bytes were written in place of {bytes}.");
        }
    }
}
