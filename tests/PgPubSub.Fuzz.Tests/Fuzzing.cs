using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace PgPubSub.Fuzz.Tests;

/// <summary>Checks a property over generated cases. A failure tells the seed to replay it with, and the shrunk case.</summary>
internal static class Fuzzing
{
    /// <summary>How many cases a property gets: what the environment variable says, or what it usually has time for.</summary>
    public const string Variable = "PGPUBSUB_FUZZ";

    public static int Cases(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0 ? wanted : usual;

    /// <summary>The check fails by throwing.</summary>
    public static void Hold<T>(Arbitrary<T> cases, Func<T, Task> check, int usual = 200) =>
        Prop.ForAll(cases, value => check(value).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases(usual)));

    /// <summary>Which value of each pool a case takes: 0 is the ordinary one, to which it shrinks.</summary>
    public static Arbitrary<int[]> Choices(IReadOnlyList<int> pools) => Arb.From(
        from hostile in Gen.Choose(0, 3) // a message that is wrong everywhere is refused for the first thing that is
        from choices in Gen.CollectToArray(pools, size => hostile == 0 ? Gen.Choose(0, size - 1) : Gen.Frequency((pools.Count, Gen.Constant(0)), (hostile, Gen.Choose(0, size - 1))))
        select choices,
        Shrunk);

    private static IEnumerable<int[]> Shrunk(int[] choices)
    {
        for (var i = 0; i < choices.Length; i++)
        {
            if (choices[i] == 0)
                continue;
            int[] simpler = [.. choices];
            simpler[i] = 0;
            yield return simpler;
        }
    }
}
