using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Input;

/// <summary>Options of the form <c>name=value</c>.</summary>
internal static class NamedValue
{
    /// <summary>Takes them apart at the first equals sign of each.</summary>
    /// <exception cref="CommandException">One has none, or a name is there twice.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string option, IReadOnlyList<string> given)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || !named.TryAdd(text[..at], text[(at + 1)..]))
                throw CommandException.Usage($"{option} must be name=value, each name once.");
        }

        return [.. named];
    }
}
