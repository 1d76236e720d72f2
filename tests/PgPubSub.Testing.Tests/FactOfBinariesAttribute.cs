using PgPubSub.Testing.Binaries;

namespace PgPubSub.Testing.Tests;

/// <summary>A fact about a real throwaway server, skipped where there are no binaries to run one from. Never skipped under CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOfBinariesAttribute : FactAttribute
{
    private static readonly Lazy<bool> Missing = new(() => BinarySearch.RunAsync(null, CancellationToken.None).GetAwaiter().GetResult().Found is null);

    public FactOfBinariesAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && Missing.Value)
        {
            Skip = "no PostgreSQL server binaries of version 14 or newer on this machine";
        }
    }
}
