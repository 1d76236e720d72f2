using System.Diagnostics;
using System.Text;
using System.Text.Json;
using PgPubSub.Actors.Telemetry;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>W3C Trace Context among an event's headers.</summary>
public sealed class TraceHeadersSpec
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly ActivityContext Context = new(
        ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"), ActivitySpanId.CreateFromString("b7ad6b7169203331"), ActivityTraceFlags.Recorded, "vendor=1");

    [Fact]
    public void A_context_is_written_beside_the_applications_headers_and_read_again()
    {
        var headers = TraceHeaders.With(new Dictionary<string, string> { ["tenant"] = "a" }, Context)!;

        Assert.Equal(["tenant", "traceparent", "tracestate"], headers.Keys.Order());
        Assert.Equal(Parent, headers["traceparent"]);
        var read = TraceHeaders.Read(JsonSerializer.SerializeToUtf8Bytes(headers));
        Assert.Equal((Context.TraceId, Context.SpanId, Context.TraceFlags, "vendor=1", true), (read.TraceId, read.SpanId, read.TraceFlags, read.TraceState, read.IsRemote));
    }

    [Fact]
    public void A_span_that_is_not_recorded_says_so()
    {
        var context = new ActivityContext(Context.TraceId, Context.SpanId, ActivityTraceFlags.None);

        Assert.Equal(Parent[..^1] + "0", TraceHeaders.With(null, context)!["traceparent"]);
    }

    [Theory]
    [InlineData("traceparent")]
    [InlineData("TraceParent")]
    public void What_the_application_has_set_stays(string name)
    {
        var own = new Dictionary<string, string> { [name] = "its own" };

        Assert.Same(own, TraceHeaders.With(own, Context));
    }

    [Fact]
    public void Without_a_context_headers_stay_as_they_are()
    {
        Assert.Null(TraceHeaders.With(null, default));
        var own = new Dictionary<string, string> { ["a"] = "b" };
        Assert.Same(own, TraceHeaders.With(own, default));
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("ünïcode")]
    [InlineData("")]
    public void A_state_that_is_no_header_is_left_out(string state) =>
        Assert.DoesNotContain("tracestate", TraceHeaders.With(null, new ActivityContext(Context.TraceId, Context.SpanId, Context.TraceFlags, state))!.Keys);

    [Fact]
    public void A_state_that_is_too_long_is_left_out() =>
        Assert.DoesNotContain("tracestate", TraceHeaders.With(null, new ActivityContext(Context.TraceId, Context.SpanId, Context.TraceFlags, new string('a', 513)))!.Keys);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("nothing")]
    [InlineData("{\"traceparent\":1}")]
    [InlineData("{\"traceparent\":null}")]
    [InlineData("{\"traceparent\":\"00-xyz\"}")]
    [InlineData("{\"traceparent\":[{\"a\":1}],\"b\":{}}")]
    [InlineData("{\"traceparent\":\"\\ud800\"}")]
    public void Headers_that_somebody_else_wrote_name_no_context(string json) => Assert.Equal(default, TraceHeaders.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void It_is_found_between_others() =>
        Assert.Equal(Context.SpanId, TraceHeaders.Read(Encoding.UTF8.GetBytes($$"""{"a":"traceparent","b":{"traceparent":"x"},"traceparent":"{{Parent}}","z":""}""")).SpanId);
}
