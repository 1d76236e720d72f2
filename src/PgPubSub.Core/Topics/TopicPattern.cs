using System.Text;
using System.Text.RegularExpressions;

namespace PgPubSub.Core.Topics;

/// <summary>
/// Names topics by pattern, in the form that AMQP's topic exchanges made common: words between dots, <c>*</c> for exactly one word, <c>#</c> for any
/// number of words, none included. <c>orders.*</c> takes <c>orders.eu</c>; <c>orders.#</c> takes <c>orders</c> and <c>orders.eu.paid</c> too.
/// </summary>
public sealed record TopicPattern
{
    private const string Word = "[^.]+";
    private readonly Regex _regex;

    private TopicPattern(string value) => (Value, _regex) = (value, new Regex(ExpressionOf(value), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    /// <summary>The pattern as it was written.</summary>
    public string Value { get; }

    /// <summary>The pattern as a regular expression of the kind that PostgreSQL and .NET read alike: literals, classes and repetition alone.</summary>
    public string Expression => ExpressionOf(Value);

    /// <summary>Says what is wrong with a pattern.</summary>
    /// <param name="value">The pattern.</param>
    /// <returns>A sentence, or null where nothing is wrong.</returns>
    public static string? Problem(string? value) =>
        NameRule.Problem("pattern", value)
        ?? (value!.Split('.').Any(word => word.Length == 0) ? "The pattern has an empty word."
            : value.Split('.').Any(word => word.Length > 1 && word.AsSpan().IndexOfAny('*', '#') >= 0) ? "In the pattern * and # stand for whole words."
            : null);

    /// <summary>Reads a pattern.</summary>
    /// <param name="value">The pattern.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="ArgumentException">It is not one; see <see cref="Problem"/>.</exception>
    public static TopicPattern Parse(string value) => Problem(value) is { } problem ? throw new ArgumentException(problem, nameof(value)) : new TopicPattern(value);

    /// <summary>Whether it takes a topic.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <returns>True where it does.</returns>
    public bool Matches(string topic) => _regex.IsMatch(topic);

    /// <inheritdoc/>
    public bool Equals(TopicPattern? other) => other?.Value == Value;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    // A run of # is one. Before the first plain word a # brings its dot behind it, after that before it.
    private static string ExpressionOf(string value)
    {
        var text = new StringBuilder("^");
        var started = false;
        var words = value.Split('.');
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "#")
            {
                if (i > 0 && words[i - 1] == "#")
                    continue;
                var alone = !started && words.AsSpan(i).IndexOfAnyExcept("#") < 0;
                text.Append(alone ? ".*" : started ? $@"(\.{Word})*" : $@"({Word}\.)*");
                continue;
            }

            text.Append(started ? @"\." : "").Append(words[i] == "*" ? Word : Literal(words[i]));
            started = true;
        }

        return text.Append('$').ToString();
    }

    private static string Literal(string word)
    {
        var text = new StringBuilder();
        foreach (var c in word)
            text.Append(char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != '_' ? "\\" : "").Append(c);
        return text.ToString();
    }
}
