namespace PgPubSub.Streams;

/// <summary>What is wrong with options is told at once, all of it: the option, its value, and what is allowed.</summary>
internal static class OptionProblems
{
    private const string Options = "options";

    public static void Throw(params IEnumerable<string?> problems)
    {
        var told = string.Join(" ", problems.OfType<string>());
        if (told.Length > 0)
            throw new ArgumentException(told, Options);
    }

    /// <summary>Says that a number is out of range; null where it is not.</summary>
    public static string? Within(string option, int value, int least, int most) =>
        value < least || value > most ? $"{option} is {value}; it must be between {least} and {most}." : null;

    /// <summary>Refuses a window that no source may have.</summary>
    public static void RequireWindow(int window)
    {
        if (Within("Window", window, 1, 10_000) is { } problem)
            throw new ArgumentOutOfRangeException(Options, problem);
    }
}
