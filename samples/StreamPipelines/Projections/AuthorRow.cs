using PgPubSub.Samples.Shared.Input;

namespace StreamPipelines.Projections;

/// <summary>A row of the projection.</summary>
internal sealed record AuthorRow(string Author, long Commits, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>What some commits come to, by author.</summary>
    public static IReadOnlyList<AuthorRow> Of(IEnumerable<Commit> commits) =>
    [
        .. commits.GroupBy(commit => commit.Author, StringComparer.Ordinal)
            .Select(own => new AuthorRow(own.Key, own.Count(), own.Min(commit => commit.Time.ToUniversalTime()), own.Max(commit => commit.Time.ToUniversalTime())))
            .OrderBy(row => row.Author, StringComparer.Ordinal),
    ];
}
