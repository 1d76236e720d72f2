namespace PgPubSub.Simulation.Tests.Worlds;

/// <summary>A history broke a rule of the design.</summary>
internal sealed class RuleBroken(string rule, string what) : Exception($"{rule}: {what}")
{
    public string Rule => rule;
}
