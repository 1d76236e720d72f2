using PgPubSub.Core.Topics;

namespace PgPubSub.Streams;

/// <summary>The topics of a source: one, several, or all that match a pattern. A string stands for the topic of that name.</summary>
public sealed class TopicSet
{
    private TopicSet(IReadOnlyList<string> names, string? pattern) => (Names, Pattern) = (names, pattern);

    /// <summary>The topics by name; empty for a pattern.</summary>
    internal IReadOnlyList<string> Names { get; }

    internal string? Pattern { get; }

    /// <summary>Topics by name; those that are not there are made.</summary>
    /// <param name="names">The names, at least one; a name that is there twice counts once.</param>
    /// <returns>The topics.</returns>
    /// <exception cref="ArgumentException">There is none, or one is no name of a topic.</exception>
    public static TopicSet Of(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] all = [.. names.Distinct(StringComparer.Ordinal)];
        if (all.Length == 0)
            throw new ArgumentException("There is no topic.", nameof(names));
        foreach (var name in all)
        {
            if (NameRule.Problem("topic", name) is { } problem)
                throw new ArgumentException(problem, nameof(names));
        }

        return new TopicSet(all, null);
    }

    /// <summary>All topics that match a pattern, those included that are created later. Words stand between dots; <c>*</c> is exactly one word, <c>#</c> any number of them.</summary>
    /// <param name="pattern">The pattern, for example <c>orders.*</c>.</param>
    /// <returns>The topics.</returns>
    /// <exception cref="ArgumentException">It is no pattern.</exception>
    public static TopicSet Matching(string pattern) => TopicPattern.Problem(pattern) is { } problem
        ? throw new ArgumentException(problem, nameof(pattern))
        : new TopicSet([], pattern);

    /// <summary>The topic of a name.</summary>
    /// <param name="name">The name.</param>
    public static implicit operator TopicSet(string name) => Of(name);

    /// <summary>The names or the pattern.</summary>
    /// <returns>For logs.</returns>
    public override string ToString() => Pattern ?? string.Join(", ", Names);
}
