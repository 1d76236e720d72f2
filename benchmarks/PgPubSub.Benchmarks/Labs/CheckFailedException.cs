namespace PgPubSub.Benchmarks.Labs;

/// <summary>What was measured is not what was to be measured: the figure counts for nothing.</summary>
internal sealed class CheckFailedException(string message) : Exception(message)
{
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new CheckFailedException(otherwise);
    }
}
