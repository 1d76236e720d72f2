namespace PgPubSub.Benchmarks.Figures;

/// <summary>Every figure, in the order in which they are measured.</summary>
internal static class FigureList
{
    public static IReadOnlyList<IFigure> All { get; } =
    [
        new PublishFigure("publish.one_topic", topics: 1, Goal.RatioAtLeast(0.8)),
        new PublishFigure("publish.many_topics", topics: 100, Goal.RatioAtLeast(0.5)),
        new WebhooksFigure(),
        new ConsumeFigure(),
        new TwoNodesFigure(),
        new EndToEndFigure(),
        new LatencyFigure("latency.private", group: null, p50: 1.5, p99: 2),
        new LatencyFigure("latency.group", group: "workers", p50: 2, p99: 3),
        new FanOutFigure(),
        new GroupsFigure(),
        new ReplayFigure(),
        new PinnedFigure(),
        new ResumeFigure(),
        new IdleFigure(),
        new TakeoverFigure(),
        new MemoryFigure(),
    ];
}
