using System.Text.Json;
using PgPubSub.Samples.Shared.Input;
using StreamPipelines.Projections;

namespace StreamPipelines.Checks;

/// <summary>What came of a run.</summary>
/// <param name="Input">What was published, in order.</param>
/// <param name="WindowSize">How many commits the statistic is about.</param>
/// <param name="Table">The rows of the projection, by author.</param>
/// <param name="Ranking">What the statistic said at last.</param>
/// <param name="Repeated">Events that came to the projection again after it had written them.</param>
/// <param name="Open">Events that the group has not settled, or has buried.</param>
internal sealed record Outcome(
    IReadOnlyList<Commit> Input, int WindowSize, IReadOnlyList<AuthorRow> Table, IReadOnlyList<(string Author, int Commits)> Ranking, int Repeated, long Open)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What is not as a plain count over the input says; nothing in a good run.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            var (counted, last) = (AuthorRow.Of(Input), AuthorRow.Of(Input.TakeLast(WindowSize)));
            string?[] problems =
            [
                Table.SequenceEqual(counted) ? null : $"the table differs from the input in {Table.Except(counted).Union(counted.Except(Table)).DistinctBy(row => row.Author).Count()} authors",
                Ranking.OrderBy(entry => entry.Author, StringComparer.Ordinal).SequenceEqual(last.Select(row => (row.Author, (int)row.Commits)))
                    ? null : "the statistic differs from a count over the last commits of the input",
                Repeated > 0 ? null : "no event came again, so nothing was shown",
                Open == 0 ? null : $"the group has not settled {Open} events",
            ];
            return [.. problems.OfType<string>()];
        }
    }

    /// <summary>The line that the program ends with.</summary>
    /// <param name="elapsed">How long the run took.</param>
    public string ToJson(TimeSpan elapsed) => JsonSerializer.Serialize(
        new { Events = Input.Count, Authors = Table.Count, Repeated, Equal = Problems.Count == 0, Seconds = Math.Round(elapsed.TotalSeconds, 1) }, Options);
}
