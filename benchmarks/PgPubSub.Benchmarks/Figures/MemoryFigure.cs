using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Processes;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>The working set of a process whose node has many private subscribers on a hundred topics, each of which has got an event.</summary>
internal sealed class MemoryFigure : IFigure
{
    public string Name => "memory";

    public Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench) => bench.InSchemaAsync<IReadOnlyList<Reading>>(async schema =>
    {
        await using var node = await Child.StartAsync(bench.Server, Role.Crowd, schema, bench.Scale.Crowd);
        await node.TellAsync(Roles.Go);
        await node.HearAsync(Roles.Done);
        await Task.Delay(bench.Scale.Settling);
        var numbers = await node.AskAsync(Roles.Read);
        CheckFailedException.Require(numbers[0] == bench.Scale.Crowd, $"{numbers[0]} of {bench.Scale.Crowd} subscribers got their event.");
        return [new Reading(Name, "MB", numbers[3] / 1e6, null, Goal.AtMost(200), bench.Scale.Settling.TotalSeconds)];
    });
}
