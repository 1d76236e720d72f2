namespace PgPubSub.Fuzz.Tests;

/// <summary>Texts that somebody might send.</summary>
internal static class Texts
{
    public static readonly IReadOnlyList<Value> Hostile =
    [
        new("null", (object?)null), new("empty", ""), new("NUL", "\0"), new("NUL inside", "a\0b"), new("a high surrogate", "a\uD800"), new("a low surrogate", "\uDC00b"),
        new("an injection", "'); DROP TABLE pgpubsub.event; --"), new("quotes", "\"a\"'b'`c`$$"), new("control characters", "\u0001\u001b[31m\r\n\t\u007f\u0085"),
        new("200 bytes", new string('x', 200)), new("201 bytes", new string('x', 201)), new("100,000 characters", new string('y', 100_000)),
        new("200 bytes of emoji", string.Concat(Enumerable.Repeat("\U0001F600", 50))), new("too much emoji", string.Concat(Enumerable.Repeat("\U0001F600", 51))),
        new("blank", " "), new("a line separator", "a\u2028b\u202e"), new("a format", "{0} {1:x} %s %n $1 :a @b ?"), new("a backslash", "\\x00\\'"), new("a star", "*"), new("a hash", "#"),
        new("an empty word", "a..b"), new("stars in words", "a*.b#"), new("expressions", "(a+)+$.[^.]"), new("the word null", "null"),
    ];

    /// <summary>An ordinary text first, then the others.</summary>
    public static IReadOnlyList<Value> With(string ordinary) => [new(ordinary, ordinary), .. Hostile];
}
