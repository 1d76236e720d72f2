using System.Globalization;
using PgPubSub.Chaos.Faults;

namespace PgPubSub.Chaos.Runs;

/// <summary>What the command line asks for.</summary>
/// <param name="Long">The long form.</param>
/// <param name="Only">The faults' names; none: all of them.</param>
/// <param name="Report">The page to write the table to, or null.</param>
/// <param name="Seed">The seed; a new one unless given.</param>
internal sealed record ChaosCommand(bool Long, IReadOnlyList<string> Only, string? Report, int Seed)
{
    public static string Usage => $"usage: --long | --short [--only NAME]... [--report FILE] [--seed NUMBER]; names: {string.Join(", ", FaultList.All.Select(fault => fault.Name))}";

    /// <exception cref="ArgumentException">The words make no sense.</exception>
    public static ChaosCommand Parse(IReadOnlyList<string> words)
    {
        var (command, form) = (new ChaosCommand(Long: false, [], null, Random.Shared.Next(1, 1_000_000)), (bool?)null);
        for (var i = 0; i < words.Count; i++)
        {
            string Next() => ++i < words.Count ? words[i] : throw new ArgumentException($"{words[i - 1]} needs a word after it.");
            switch (words[i])
            {
                case "--long" or "--short" when form is null:
                    form = words[i] == "--long";
                    break;
                case "--only":
                    var name = Next();
                    if (FaultList.All.All(fault => fault.Name != name))
                        throw new ArgumentException($"There is no fault {name}.");
                    command = command with { Only = [.. command.Only, name] };
                    break;
                case "--report":
                    command = command with { Report = Next() };
                    break;
                case "--seed":
                    command = command with { Seed = int.TryParse(Next(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : throw new ArgumentException("A seed is a number.") };
                    break;
                default:
                    throw new ArgumentException($"{words[i]} is not understood here.");
            }
        }

        return command with { Long = form ?? throw new ArgumentException("--long or --short is needed.") };
    }
}
