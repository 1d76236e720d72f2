namespace PgPubSub.Core.Tests;

/// <summary>The seeds that random histories run under; each is a test case of its own, so that a failure names its seed.</summary>
internal static class Seeds
{
    public static TheoryData<int> Up(int to) => [.. Enumerable.Range(1, to)];
}
