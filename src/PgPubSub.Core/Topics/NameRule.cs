using System.Text;

namespace PgPubSub.Core.Topics;

/// <summary>What a name of a topic, group, event type, key or header must look like.</summary>
public static class NameRule
{
    /// <summary>The most bytes that a name may take in UTF-8.</summary>
    /// <value>200 bytes.</value>
    public const int MostBytes = 200;

    /// <summary>Says what is wrong with a name.</summary>
    /// <param name="field">How the message calls the name, for example <c>topic</c>.</param>
    /// <param name="value">The name.</param>
    /// <returns>A sentence that names the field and the rule but never quotes the value, or null where nothing is wrong.</returns>
    public static string? Problem(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return $"The {field} is empty.";
        foreach (var c in value)
        {
            if (char.IsControl(c))
                return $"The {field} has a control character.";
        }

        return TextProblem(field, value) ?? (Encoding.UTF8.GetByteCount(value) > MostBytes
            ? $"The {field} is longer than {MostBytes} bytes of UTF-8."
            : null);
    }

    /// <summary>Says whether a text can be stored as UTF-8: a surrogate without its partner can't.</summary>
    /// <param name="field">How the message calls the text.</param>
    /// <param name="value">The text; null is no problem.</param>
    /// <returns>A sentence that names the field, or null.</returns>
    public static string? TextProblem(string field, string? value)
    {
        for (var i = 0; value is not null && i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return $"The {field} has a lone surrogate.";
            i++;
        }

        return null;
    }
}
