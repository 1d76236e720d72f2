using System.Globalization;
using System.Text;

namespace PgPubSub.Chaos.Journals;

/// <summary>One line of a journal.</summary>
/// <param name="What">What it says.</param>
/// <param name="At">When, in microseconds of the monotonic clock that all processes of a machine share.</param>
/// <param name="Topic">The topic, or a worker's name.</param>
/// <param name="Number">The event's number; -1 where it is not known.</param>
/// <param name="Offset">The event's offset; -1 where it has none.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="Attempt">The hand-out's number; 0 where there is none.</param>
internal sealed record Fact(Note What, long At, string Topic = "-", long Number = -1, long Offset = -1, Guid EventId = default, int Attempt = 0)
{
    public byte[] Line() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{What} {At} {Topic} {Number} {Offset} {EventId:N} {Attempt}\n"));

    /// <summary>Null for a line that is not whole: its process died while it wrote.</summary>
    public static Fact? Parse(string line) =>
        line.Split(' ') is [var what, var at, var topic, var number, var offset, var id, var attempt] && Guid.TryParseExact(id, "N", out var eventId)
            && Enum.TryParse<Note>(what, out var note) && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var tried)
            ? new Fact(note, Long(at), topic, Long(number), Long(offset), eventId, tried)
            : null;

    private static long Long(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
