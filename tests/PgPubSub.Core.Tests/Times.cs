namespace PgPubSub.Core.Tests;

/// <summary>Moments and spans of a machine's clock.</summary>
internal static class Times
{
    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    public static TimeSpan Sec(double seconds) => TimeSpan.FromSeconds(seconds);
}
