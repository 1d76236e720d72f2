using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Topics;

public sealed class NameRuleSpec
{
    [Theory]
    [InlineData("orders")]
    [InlineData("Ünïcode ✓ and spaces")]
    [InlineData("a'; DROP TABLE x; --")]
    [InlineData("\U0001F600")]
    public void Ordinary_text_is_a_name(string name) => Assert.Null(NameRule.Problem("topic", name));

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("a\0b", "control")]
    [InlineData("a\nb", "control")]
    [InlineData("a\u007Fb", "control")]
    [InlineData("a\u0085b", "control")]
    public void What_is_wrong_is_said_with_the_fields_name(string? name, string word)
    {
        var problem = NameRule.Problem("group", name);

        Assert.StartsWith("The group ", problem, StringComparison.Ordinal);
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lone_surrogate_is_refused_wherever_it_stands()
    {
        // Not in InlineData: a test's name must be text that a report can hold.
        foreach (var text in (string[])["\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D", "\uD83D\uD83D\uDE00", "\uD83D\uDE00\uDE00"])
            Assert.Equal("The key has a lone surrogate.", NameRule.Problem("key", text));
    }

    [Fact]
    public void A_name_has_200_bytes_of_utf_8_at_most()
    {
        Assert.Null(NameRule.Problem("topic", new string('x', 200)));
        Assert.Null(NameRule.Problem("topic", new string('ü', 100)));
        Assert.Null(NameRule.Problem("topic", string.Concat(Enumerable.Repeat("\U0001F600", 50))));

        Assert.Contains("200 bytes", NameRule.Problem("topic", new string('x', 201)), StringComparison.Ordinal);
        Assert.Contains("200 bytes", NameRule.Problem("topic", new string('ü', 101)), StringComparison.Ordinal);
        Assert.Contains("200 bytes", NameRule.Problem("topic", string.Concat(Enumerable.Repeat("\U0001F600", 51))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_never_quotes_the_value() => Assert.DoesNotContain("secret", NameRule.Problem("topic", "secret\n"), StringComparison.Ordinal);

    [Fact]
    public void What_is_taken_is_exactly_what_utf_8_can_hold_in_200_bytes_without_control_characters() => Prop.ForAll<char[]>(characters =>
    {
        var (text, strict) = (new string(characters), new UTF8Encoding(false, throwOnInvalidBytes: true));
        bool fits;
        try
        {
            fits = strict.GetByteCount(text) is > 0 and <= 200 && !text.Any(char.IsControl);
        }
        catch (EncoderFallbackException)
        {
            fits = false;
        }

        return NameRule.Problem("topic", text) is null == fits;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Other_texts_may_be_absent_empty_or_long_but_not_broken()
    {
        Assert.Null(NameRule.TextProblem("reason", null));
        Assert.Null(NameRule.TextProblem("reason", ""));
        Assert.Null(NameRule.TextProblem("reason", new string('x', 5_000) + "\n"));
        Assert.NotNull(NameRule.TextProblem("reason", "x\uD800"));
    }
}
