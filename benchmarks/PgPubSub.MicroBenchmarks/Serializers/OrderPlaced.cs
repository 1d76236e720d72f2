namespace PgPubSub.MicroBenchmarks.Serializers;

/// <summary>An event as applications have them, once with one line and once with many.</summary>
internal sealed record OrderPlaced(string Order, string Customer, decimal Total, IReadOnlyList<OrderLine> Lines)
{
    /// <summary>How long their JSON is.</summary>
    public const int SmallBytes = 140, LargeBytes = 8_204;

    /// <summary>How many of them take some milliseconds.</summary>
    public const int SmallMessages = 4_000, LargeMessages = 200;

    public static OrderPlaced Small { get; } = Of(lines: 1);

    public static OrderPlaced Large { get; } = Of(lines: 113);

    private static OrderPlaced Of(int lines) =>
        new("o-10485760", "c-65536", 129.90m, [.. Enumerable.Repeat(new OrderLine("a-4096", "Garden chair, oak", 2, 64.95m), lines)]);
}

internal sealed record OrderLine(string Article, string Name, int Count, decimal Price);
