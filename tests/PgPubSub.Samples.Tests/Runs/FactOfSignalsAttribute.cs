namespace PgPubSub.Samples.Tests.Runs;

/// <summary>A fact about signals and process tables, which Windows has otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOfSignalsAttribute : FactAttribute
{
    public FactOfSignalsAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no SIGINT to send";
    }
}
