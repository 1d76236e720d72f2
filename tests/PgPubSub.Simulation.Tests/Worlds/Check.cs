using System.Diagnostics.CodeAnalysis;

namespace PgPubSub.Simulation.Tests.Worlds;

/// <summary>Says which rule is broken.</summary>
internal static class Check
{
    /// <summary>The text is made only where the rule is broken.</summary>
    public static void That([DoesNotReturnIf(false)] bool holds, string rule, Func<string> what)
    {
        if (!holds)
            throw new RuleBroken(rule, what());
    }

    [DoesNotReturn]
    public static void Fail(string rule, string what) => throw new RuleBroken(rule, what);
}
