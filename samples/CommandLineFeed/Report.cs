using System.Text.Json;

namespace CommandLineFeed;

/// <summary>The figures of a run, named as those of CommitFeed.</summary>
internal sealed record Report(int Published, int GroupHandled, int GroupDuplicates, int FanoutReceived, int Replayed, int Lost, int OutOfOrder, double? TakeoverMs)
{
    private const double MostTakeoverMs = 5_000;

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Report Of(IReadOnlyCollection<Guid> published, IEnumerable<Reader> workers, Reader fanOut, Reader late, long lateFrom, double? takeoverMs)
    {
        var (handled, live, replayed) = (workers.SelectMany(worker => worker.Printed).Select(one => one.Id).ToList(), fanOut.Printed, late.Printed);
        var (group, read, reread) = (handled.ToHashSet(), live.Select(one => one.Id).ToHashSet(), replayed.Select(one => one.Id).ToHashSet());
        var lost = published.Select((id, offset) => (group.Contains(id) ? 0 : 1) + (read.Contains(id) ? 0 : 1) + (offset < lateFrom || reread.Contains(id) ? 0 : 1)).Sum();
        return new Report(published.Count, group.Count, handled.Count - group.Count, live.Count, replayed.Count, lost, Jumps(live) + Jumps(replayed), takeoverMs);
    }

    /// <summary>What is not as promised.</summary>
    public IEnumerable<string> Problems() => new[]
    {
        Lost == 0 ? null : $"{Lost} events were lost",
        OutOfOrder == 0 ? null : $"{OutOfOrder} events came out of order or again",
        GroupHandled == Published ? null : $"the group handled {GroupHandled} of {Published} events",
        TakeoverMs switch
        {
            null => "nothing that the killed worker held was handed out again",
            > MostTakeoverMs => $"the takeover took {TakeoverMs} ms, more than {MostTakeoverMs}",
            _ => null,
        },
    }.OfType<string>();

    public string ToJson(TimeSpan elapsed) => JsonSerializer.Serialize(
        new { Published, GroupHandled, GroupDuplicates, FanoutReceived, Replayed, Lost, OutOfOrder, TakeoverMs, Seconds = Math.Round(elapsed.TotalSeconds, 1) }, Format);

    private static int Jumps(IReadOnlyList<Printed> printed) => printed.Zip(printed.Skip(1)).Count(pair => pair.Second.Offset != pair.First.Offset + 1);
}
