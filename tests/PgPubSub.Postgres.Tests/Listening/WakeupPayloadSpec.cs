using System.Text;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Listening;

namespace PgPubSub.Postgres.Tests.Listening;

public sealed class WakeupPayloadSpec
{
    [Fact]
    public void Thousands_of_topics_go_out_in_payloads_that_the_server_takes_and_all_arrive()
    {
        var tails = Enumerable.Range(0, 5_000).Select(i => new TopicTail(new TopicId(int.MaxValue - i), long.MaxValue - i)).ToList();

        var payloads = WakeupPayload.Write(tails).ToList();

        Assert.All(payloads, p => Assert.InRange(Encoding.UTF8.GetByteCount(p), 1, 7_999));
        Assert.Equal(tails, payloads.SelectMany(WakeupPayload.Read));
    }

    [Fact]
    public void Nothing_makes_no_payload() => Assert.Empty(WakeupPayload.Write([]));

    [Theory]
    [InlineData("")]
    [InlineData("probe")]
    [InlineData(":")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("-1:5 1:-5 x:y 1;2 1:2:3 99999999999:1")]
    [InlineData("{\"a\":1}")]
    public void What_is_not_ours_is_passed_over(string payload) => Assert.Empty(WakeupPayload.Read(payload));

    [Fact]
    public void What_is_ours_is_read_beside_what_is_not() =>
        Assert.Equal([new TopicTail(new TopicId(3), 7)], WakeupPayload.Read("probe 3:7 nonsense"));
}
