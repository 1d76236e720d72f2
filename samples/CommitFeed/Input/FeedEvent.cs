using System.Text.Json;
using PgPubSub.Samples.Shared.Input;

namespace CommitFeed.Input;

/// <summary>One event to publish.</summary>
/// <param name="Type">Its type's name.</param>
/// <param name="Key">What it belongs to, or null.</param>
/// <param name="Json">Its JSON in UTF-8, published as it stands.</param>
internal sealed record FeedEvent(string Type, string? Key, ReadOnlyMemory<byte> Json)
{
    public static FeedEvent Of(Commit commit) => new(Commit.EventType, Commit.KeyOf(commit.Author), JsonSerializer.SerializeToUtf8Bytes(commit, JsonSerializerOptions.Web));
}
