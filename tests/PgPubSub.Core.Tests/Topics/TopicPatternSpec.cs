using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Topics;

public sealed class TopicPatternSpec
{
    [Theory]
    [InlineData("orders.*", "orders.eu", true)]
    [InlineData("orders.*", "orders", false)]
    [InlineData("orders.*", "orders.eu.paid", false)]
    [InlineData("orders.#", "orders", true)]
    [InlineData("orders.#", "orders.eu.paid", true)]
    [InlineData("orders.#", "ordersx", false)]
    [InlineData("#.paid", "paid", true)]
    [InlineData("#.paid", "orders.eu.paid", true)]
    [InlineData("#.paid", "orders.unpaid", false)]
    [InlineData("orders.#.paid", "orders.paid", true)]
    [InlineData("orders.#.paid", "orders.eu.north.paid", true)]
    [InlineData("orders.#.#.paid", "orders.paid", true)]
    [InlineData("#", "anything at all", true)]
    [InlineData("#.#", "a.b.c", true)]
    [InlineData("*.#", "a", true)]
    [InlineData("*", "a.b", false)]
    [InlineData("*.orders", "eu.orders", true)]
    [InlineData("a+b.(c)", "a+b.(c)", true)]
    [InlineData("a+b", "aab", false)]
    [InlineData("größe.*", "größe.x", true)]
    public void It_takes_topics_word_by_word(string pattern, string topic, bool takes) => Assert.Equal(takes, TopicPattern.Parse(pattern).Matches(topic));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a..b", "empty word")]
    [InlineData(".a", "empty word")]
    [InlineData("a*", "whole words")]
    [InlineData("a.b#", "whole words")]
    [InlineData("a\n", "control character")]
    public void What_is_no_pattern_is_refused(string pattern, string said)
    {
        Assert.Contains(said, TopicPattern.Problem(pattern), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TopicPattern.Parse(pattern));
    }

    [Fact]
    public void Patterns_of_the_same_text_are_equal() => Assert.Equal(TopicPattern.Parse("a.*"), TopicPattern.Parse("a.*"));
}
