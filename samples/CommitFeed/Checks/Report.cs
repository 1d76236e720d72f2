using System.Text.Json;

namespace CommitFeed.Checks;

/// <summary>The figures of a run.</summary>
/// <param name="Published">Events confirmed to the publisher.</param>
/// <param name="GroupHandled">Distinct events that the group handled.</param>
/// <param name="GroupDuplicates">Further handlings of those.</param>
/// <param name="FanoutReceived">Events that the fan-out subscriber got.</param>
/// <param name="Replayed">Events that the late subscriber got, history and live.</param>
/// <param name="Lost">Confirmed events that one of the three never saw.</param>
/// <param name="OutOfOrder">Events that came to one of the subscribers behind a later one, or again.</param>
/// <param name="TakeoverMs">From the kill to the first hand-out elsewhere of an event that the victim held; null where there was none.</param>
internal sealed record Report(
    int Published, int GroupHandled, int GroupDuplicates, int FanoutReceived, int Replayed, int Lost, int OutOfOrder, double? TakeoverMs)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The line that the program ends with.</summary>
    /// <param name="elapsed">How long the run took.</param>
    public string ToJson(TimeSpan elapsed) => JsonSerializer.Serialize(
        new { Published, GroupHandled, GroupDuplicates, FanoutReceived, Replayed, Lost, OutOfOrder, TakeoverMs, Seconds = Math.Round(elapsed.TotalSeconds, 1) }, Options);
}
