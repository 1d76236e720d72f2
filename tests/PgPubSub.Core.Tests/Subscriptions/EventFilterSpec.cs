using System.Text;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Tests.Subscriptions;

public sealed class EventFilterSpec
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("b", true)]
    [InlineData("c", false)]
    [InlineData("A", false)]
    public void One_of_the_types_passes(string type, bool passes) =>
        Assert.Equal(passes, EventFilter.OfTypes("b", "a").Passes(Events.At(0) with { Type = type }));

    [Theory]
    [InlineData("""{"tenant":"x"}""", true)]
    [InlineData("""{"tenant":"\u0078","more":"y"}""", true)]
    [InlineData("""{"tenant":"X"}""", false)]
    [InlineData("""{"other":"x"}""", false)]
    [InlineData("""{"tenant":"x","tenant":"y"}""", false)]
    [InlineData(null, false)]
    public void Headers_are_compared_exactly(string? headers, bool passes) =>
        Assert.Equal(passes, EventFilter.OfHeader("tenant", "x").Passes(Events.At(0) with { Headers = headers is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(headers) }));

    [Fact]
    public void Types_and_headers_must_both_pass()
    {
        var filter = new EventFilter(["thing"], [new("tenant", "x")]);
        var stored = Events.At(0) with { Headers = """{"tenant":"x"}"""u8.ToArray() };

        Assert.True(filter.Passes(stored));
        Assert.False(filter.Passes(stored with { Type = "other" }));
        Assert.False(filter.Passes(stored with { Headers = null }));
    }

    [Fact]
    public void Filters_that_want_the_same_are_equal()
    {
        Assert.Equal(new EventFilter(["a", "b"], [new("x", "1"), new("y", "2")]), new EventFilter(["b", "a", "a"], [new("y", "2"), new("x", "1")]));
        Assert.NotEqual(EventFilter.OfTypes("a"), EventFilter.OfTypes("b"));
        Assert.NotEqual(EventFilter.OfHeader("x", "1"), EventFilter.OfHeader("x", "2"));
        Assert.Equal(GroupRules.Default with { Filter = EventFilter.OfTypes("a") }, GroupRules.Default with { Filter = EventFilter.OfTypes("a") });
    }

    [Theory]
    [InlineData("", "x", "y", "filter's type is empty")]
    [InlineData("a", "", "y", "filter's header is empty")]
    public void What_could_never_be_stored_is_refused(string type, string header, string value, string said) =>
        Assert.Contains(said, new EventFilter([type], [new(header, value)]).Problem(), StringComparison.Ordinal);

    [Fact]
    public void A_value_that_could_never_be_stored_is_refused() =>
        Assert.Contains("lone surrogate", EventFilter.OfHeader("x", "\ud800").Problem(), StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""[{"tenant":"x"}]""")]
    [InlineData("""{"a":{"tenant":"x"}}""")]
    [InlineData("""{"tenant":["x"]}""")]
    [InlineData("""{"tenant":"\ud800"}""")]
    [InlineData("""{"\ud800":"x"}""")]
    [InlineData("""{"tenant":"x" """)]
    public void What_are_no_headers_does_not_pass_and_throws_nothing(string json) =>
        Assert.False(EventFilter.OfHeader("tenant", "x").Passes(Events.At(0) with { Headers = System.Text.Encoding.UTF8.GetBytes(json) }));

    [Fact]
    public void Headers_that_are_nested_too_deep_do_not_pass() => What_are_no_headers_does_not_pass_and_throws_nothing("{\"a\":" + new string('[', 5_000) + new string(']', 5_000) + ",\"tenant\":\"x\"}");
}
