namespace PgPubSub.Cli.Top;

/// <summary>Who gets how much of what is not enough for all.</summary>
internal static class Shares
{
    /// <summary>Gives each what it wants where there is enough; else nobody gets more than another who wants more. The first gets what can't be divided.</summary>
    public static IReadOnlyList<int> Of(int available, IReadOnlyList<int> wanted)
    {
        var given = new int[wanted.Count];
        while (available > 0 && given.Where((one, i) => one < wanted[i]).Any())
        {
            for (var i = 0; i < given.Length; i++)
            {
                if (given[i] >= wanted[i] || available == 0)
                    continue;
                given[i]++;
                available--;
            }
        }

        return given;
    }
}
