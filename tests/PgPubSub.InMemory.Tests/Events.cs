using System.Globalization;
using System.Text;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests;

/// <summary>Makes events.</summary>
public static class Events
{
    public static NewEvent Json(string json) => new(Guid.CreateVersion7(), "test", null, Encoding.UTF8.GetBytes(json), null, null);

    public static IReadOnlyList<NewEvent> Many(int count) => [.. Enumerable.Range(0, count).Select(i => Json(i.ToString(CultureInfo.InvariantCulture)))];
}
