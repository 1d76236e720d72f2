using System.Globalization;
using System.Text;
using PgPubSub.Core.Topics;

namespace PgPubSub.Shared.Log;

/// <summary>Makes events for a store.</summary>
public static class Events
{
    public static NewEvent Json(string json) => new(Guid.CreateVersion7(), "test", null, Encoding.UTF8.GetBytes(json), null, null);

    public static NewEvent Bytes(int count) => new(Guid.CreateVersion7(), "test", null, new byte[count], "application/octet-stream", null);

    public static IReadOnlyList<NewEvent> Many(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Json(string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{i}}}""")))];

    public static IReadOnlyList<NewEvent> ManyBytes(int count, int size) => [.. Enumerable.Range(0, count).Select(_ => Bytes(size))];
}
