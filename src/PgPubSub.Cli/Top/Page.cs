using PgPubSub.Cli.Nodes;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Top;

/// <summary>Lays out what is seen for a screen of a size.</summary>
internal static class Page
{
    // From here on lists stand apart.
    private const int Roomy = 16;

    /// <summary>The lines from the top, never more than the height and none wider than the width.</summary>
    /// <param name="sight">What is seen.</param>
    /// <param name="heading">What the first line says behind the counts.</param>
    /// <param name="width">The screen's columns.</param>
    /// <param name="height">The screen's lines.</param>
    public static IReadOnlyList<Line> Of(Sight sight, string heading, int width, int height)
    {
        Section[] all = [Topics(sight.Board), Groups(sight.Board), Nodes(sight.Board)];
        List<Line> lines = [new(Cells.Shorten($"{string.Join(", ", all.Select(one => one.Counted))}; {heading}", width), Emphasis.Strong)];
        if (sight.Trouble is { } trouble)
            lines.Add(new Line(Cells.Shorten($"OLD, from {Texts.Age(sight.Age)} ago: {Texts.Printable(trouble)}", width), Emphasis.Alarm));
        var room = height - lines.Count;
        // A list takes two lines at least; where there are not enough for all, the groups stay longest.
        Section[] present = room switch { >= 6 => all, >= 4 => all[..2], >= 2 => [all[1]], _ => [] };
        var apart = room >= Roomy ? 1 : 0;
        var shares = Shares.Of(room - (present.Length * (1 + apart)), [.. present.Select(one => one.Wanted)]);
        foreach (var (section, share) in present.Zip(shares))
        {
            lines.AddRange(Enumerable.Repeat(new Line(""), apart));
            lines.AddRange(section.Lines(share, width).Select(line => sight.Trouble is null ? line : line with { Emphasis = Emphasis.Weak }));
        }

        return [.. lines.Skip(Math.Max(0, -room))];
    }

    private static Section Topics(Board board) => Section.Of(
        "topic", board.Topics,
        new("topic", row => row.Status.Name), new("published/s", row => Texts.Rate(row.Published), IsNumber: true),
        new("events", row => Texts.Number(row.Status.Tail - row.Status.Floor), IsNumber: true), new("tail", row => Texts.Number(row.Status.Tail), IsNumber: true),
        new("dead", row => Texts.Number(row.Status.DeadLetters), IsNumber: true));

    private static Section Groups(Board board) => Section.Of(
        "group", board.Groups,
        new("group", row => row.Status.Group), new("topic", row => row.Status.Topic), new("handled/s", row => Texts.Rate(row.Handled), IsNumber: true),
        new("lag", row => Texts.Number(row.Status.Lag), IsNumber: true), new("waiting", row => Texts.Age(row.Status.LagAge), IsNumber: true),
        new("in flight", row => Texts.Number(row.Status.InFlight), IsNumber: true), new("retrying", row => Texts.Number(row.Status.Retrying), IsNumber: true),
        new("dead", row => Texts.Number(row.Status.Dead), IsNumber: true), new("paused", row => row.Status.Paused ? "paused" : ""));

    private static Section Nodes(Board board) => Section.Of(
        "node", board.Nodes,
        new("node", NodesVerb.Name), new("last beat", one => Texts.Age(one.SilentFor), IsNumber: true), new("registered", one => Texts.Age(one.RegisteredFor), IsNumber: true),
        new("lock", NodesVerb.Lock), new("oldest held", one => one.HoldsLeases ? Texts.Age(one.HoldingFor) : "", IsNumber: true));
}
