using System.Globalization;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Runs;

/// <summary>The table of a run, and its place in a page: between two comments.</summary>
internal static class ReliabilityTable
{
    public const string Begin = "<!-- chaos -->", End = "<!-- /chaos -->";

    public static string Render(IEnumerable<Outcome> outcomes) => string.Join('\n',
    [
        "| scenario | what goes wrong | what was struck | publishes confirmed | acks confirmed | handed out again, and why | throughput | rules broken |",
        "|---|---|---|---|---|---|---|---|",
        .. outcomes.Select(outcome => outcome.Row()),
    ]);

    /// <exception cref="ArgumentException">The page has no place for it.</exception>
    public static string Put(string page, Terms terms, IEnumerable<Outcome> outcomes)
    {
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
            throw new ArgumentException($"The page does not hold {Begin} and then {End}.");
        var about = string.Create(CultureInfo.InvariantCulture, $"The {(terms.Long ? "long" : "short")} form, seed {terms.Seed}: two publishers of {terms.Rate} events/s each, two members of a group, 2 topics; the time-to-live is {terms.TimeToLive.TotalSeconds:0} s.");
        return $"{page[..from]}{Begin}\n{about}\n\n{Render(outcomes)}\n{page[to..]}";
    }
}
