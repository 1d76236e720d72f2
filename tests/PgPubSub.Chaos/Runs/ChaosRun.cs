using System.Globalization;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Runs;

/// <summary>Plays one scenario after another and tells what they came to.</summary>
internal static class ChaosRun
{
    /// <summary>Returns whether every scenario that could be played was well.</summary>
    public static async Task<bool> RunAsync(ChaosCommand command, Action<string> say)
    {
        var terms = new Terms(command.Seed, command.Long);
        say(string.Create(CultureInfo.InvariantCulture, $"seed {terms.Seed}"));
        var outcomes = new List<Outcome>();
        var folders = Directory.CreateTempSubdirectory("pgpubsub-chaos-").FullName;
        foreach (var (name, make) in FaultList.All.Where(fault => command.Only.Count == 0 || command.Only.Contains(fault.Name)))
        {
            var outcome = await PlayAsync(make(terms), terms, Path.Combine(folders, name));
            outcomes.Add(command.Long ? outcome.WithThroughputAsked() : outcome);
            say(outcomes[^1].Line());
            foreach (var breach in outcomes[^1].Breaches.Take(20))
                say("  " + breach);
        }

        var well = outcomes.TrueForAll(outcome => outcome.Breaches.Count == 0);
        if (well)
            Directory.Delete(folders, recursive: true);
        else
            say($"the journals are in {folders}");
        say(ReliabilityTable.Render(outcomes));
        if (command.Report is { } page)
            await File.WriteAllTextAsync(page, ReliabilityTable.Put(await File.ReadAllTextAsync(page), terms, outcomes));
        return well;
    }

    /// <summary>Plays one scenario; a fault that did not strike is a breach, and so is a scene that is not ready in time.</summary>
    public static async Task<Outcome> PlayAsync(IFault made, Terms terms, string folder)
    {
        await using var fault = made;
        if (fault.Missing is { } missing)
            return Outcome.Skip(fault, missing);
        try
        {
            return await Scenario.PlayAsync(fault, terms, folder);
        }
        catch (FaultDidNotStrikeException e)
        {
            return Outcome.Skip(fault, "it did not strike") with { Breaches = ["Struck: " + e.Message] };
        }
        catch (TimeoutException e)
        {
            return Outcome.Skip(fault, "it came to no end") with { Breaches = ["Played: " + e.Message] };
        }
    }
}
