using BenchmarkDotNet.Attributes;
using PgPubSub.Actors;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.MicroBenchmarks.Serializers;

/// <summary>What is to be published is checked, and written as JSON.</summary>
[MemoryDiagnoser]
public class WriteBenchmark
{
    private const int Messages = 200;

    private readonly PayloadWriter _writer = new(new EventTypeNames().Add<OrderPlaced>("order.placed").Freeze(), JsonPayloadSerializer.Default, maxPayloadBytes: 16 * 1024 * 1024);
    private readonly Publish _small = new("orders", OrderPlaced.Small, Key: "o-10485760"), _large = new("orders", OrderPlaced.Large, Key: "o-10485760");

    [Benchmark(Description = "serializer.write.small", OperationsPerInvoke = Messages)]
    public void Small() => Write(_small, OrderPlaced.SmallBytes);

    [Benchmark(Description = "serializer.write.8kb", OperationsPerInvoke = Messages)]
    public void Large() => Write(_large, OrderPlaced.LargeBytes);

    private void Write(Publish publish, int bytes)
    {
        for (var i = 0; i < Messages; i++)
        {
            var (written, problem) = _writer.Write(publish);
            if (written?.Data.Length != bytes)
                throw new InvalidOperationException(problem ?? $"{written?.Data.Length} bytes were written in place of {bytes}.");
        }
    }
}
