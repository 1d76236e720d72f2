namespace PgPubSub.Streams;

/// <summary>What is wrong with options is told at once, all of it.</summary>
internal static class OptionProblems
{
    public static void Throw(params IEnumerable<string?> problems)
    {
        var told = string.Join(" ", problems.OfType<string>());
        if (told.Length > 0)
            throw new ArgumentException(told, "options");
    }
}
