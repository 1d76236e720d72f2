namespace CommitFeed.Checks;

/// <summary>What came of a run.</summary>
/// <param name="Report">Its figures.</param>
/// <param name="Problems">What failed, a line each; none in a good run.</param>
internal sealed record Verdict(Report Report, IReadOnlyList<string> Problems);
