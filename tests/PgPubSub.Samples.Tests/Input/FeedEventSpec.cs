using System.Text.Json;
using System.Text;
using CommitFeed.Input;
using PgPubSub.Samples.Shared.Input;

namespace PgPubSub.Samples.Tests.Input;

public sealed class FeedEventSpec
{
    [Fact]
    public void A_commit_is_keyed_by_its_author_and_tells_all_of_itself()
    {
        var commit = RecordedHistory.Read()[0];
        var published = FeedEvent.Of(commit);
        Assert.Equal(("commit", commit.Author), (published.Type, published.Key));
        var json = JsonSerializer.Deserialize<Commit>(published.Json.Span, JsonSerializerOptions.Web)!;
        Assert.Equal((commit.Hash, commit.Author, commit.Time, commit.Subject), (json.Hash, json.Author, json.Time, json.Subject));
        Assert.Equal(commit.Files, json.Files);
    }

    [Theory]
    [InlineData("Ada", "Ada")]
    [InlineData("A\u0001d\na", "Ada")]
    [InlineData("\t", null)]
    [InlineData("", null)]
    public void A_name_becomes_a_key_without_what_no_key_may_have(string author, string? key) => Assert.Equal(key, Commit.KeyOf(author));

    [Fact]
    public void A_long_name_is_cut_between_characters() =>
        Assert.Equal(198, Encoding.UTF8.GetByteCount(Commit.KeyOf(string.Concat(Enumerable.Repeat("\u20AC", 80)))!));
}
