using System.Globalization;
using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Runs;

/// <summary>What a scenario came to.</summary>
/// <param name="Fault">The fault's name.</param>
/// <param name="About">What it did.</param>
/// <param name="Skipped">Why it was not played, or null.</param>
/// <param name="Proof">What it struck.</param>
/// <param name="Confirmed">Publishes that were confirmed.</param>
/// <param name="Acks">Acks that were confirmed.</param>
/// <param name="Reasons">Why events were handed out again, with numbers.</param>
/// <param name="Throughput">How fast events were handled, and when they were again.</param>
/// <param name="Breaches">What was broken; none where all is well.</param>
/// <param name="Took">From the server's start to the last process's end.</param>
internal sealed record Outcome(
    string Fault, string About, string? Skipped, string Proof, int Confirmed, int Acks, string Reasons, Throughput? Throughput, IReadOnlyList<string> Breaches, TimeSpan Took)
{
    /// <summary>The fault's end and being as fast as before may lie so far apart.</summary>
    private static readonly TimeSpan MostRecovery = TimeSpan.FromSeconds(10);

    public static Outcome Skip(IFault fault, string why) => new(fault.Name, fault.About, why, "-", 0, 0, "-", null, [], TimeSpan.Zero);

    public static Outcome Of(IFault fault, Evidence evidence, IReadOnlyList<string> breaches, TimeSpan took) => new(
        fault.Name, fault.About, null, fault.Proof(), Count(evidence, Note.Published), Count(evidence, Note.AckConfirmed),
        string.Join(", ", DeliveryRules.Reasons(evidence).OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {pair.Key}"))),
        Throughput.Of(evidence), [.. breaches, .. Checker.Check(evidence)], took);

    /// <summary>Asks for the throughput too, as the long form does.</summary>
    public Outcome WithThroughputAsked() => Throughput is null || Throughput.Recovery <= MostRecovery
        ? this
        : this with { Breaches = [.. Breaches, $"Throughput: {Back} is more than {MostRecovery.TotalSeconds} s."] };

    private string Back => Throughput?.Recovery is { } recovery ? string.Create(CultureInfo.InvariantCulture, $"{recovery.TotalSeconds:0.0} s") : "not seen";

    /// <summary>One line for people.</summary>
    public string Line() => Skipped is not null
        ? $"{Fault}: skipped, {Skipped}"
        : string.Create(CultureInfo.InvariantCulture, $"{Fault}: {(Breaches.Count == 0 ? "ok" : "BROKEN")}; {Proof}; {Confirmed} publishes and {Acks} acks confirmed; handed out again: {Reasons}; {Throughput?.Before:0}/s before, back after {Back}; took {Took.TotalSeconds:0} s");

    /// <summary>A row of the report's table.</summary>
    public string Row() => Skipped is not null
        ? $"| {Fault} | {About} | skipped: {Skipped} | | | | | |"
        : string.Create(CultureInfo.InvariantCulture, $"| {Fault} | {About} | {Proof} | {Confirmed:N0} | {Acks:N0} | {Reasons} | {Throughput?.Before:0}/s, back after {Back} | {(Breaches.Count == 0 ? "none" : Breaches.Count)} |");

    private static int Count(Evidence evidence, Note what) => evidence.Workers.Sum(worker => worker.Facts.Count(fact => fact.What == what));
}
