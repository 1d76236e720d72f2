using System.Globalization;
using PgPubSub.Actors;

namespace PgPubSub.Worker;

/// <summary>A line of the worker's standard output. What was written there is read even if the process dies at once.</summary>
/// <param name="Handled">Whether the job was handled, and is about to be acked; otherwise it was handed out.</param>
/// <param name="Group">The group.</param>
/// <param name="Offset">The event's offset.</param>
/// <param name="Attempt">The hand-out's number.</param>
/// <param name="Kills">Whether the process will die of it.</param>
internal sealed record Report(bool Handled, string Group, long Offset, int Attempt, bool Kills)
{
    private const string Mark = "report";

    public static void HandedOut(Delivery delivery) => Write(delivery, handled: false);

    public static void HandledIt(Delivery delivery) => Write(delivery, handled: true);

    /// <summary>Null for a line that is no report.</summary>
    public static Report? Parse(string line) => line.Split(' ') is [Mark, var handled, var group, var offset, var attempt, var kills]
        ? new Report(bool.Parse(handled), group, long.Parse(offset, CultureInfo.InvariantCulture), int.Parse(attempt, CultureInfo.InvariantCulture), bool.Parse(kills))
        : null;

    private static void Write(Delivery delivery, bool handled) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{Mark} {handled} {delivery.Group} {delivery.Offset} {delivery.Attempt} {delivery.As<Job>().Kills}"));
}
