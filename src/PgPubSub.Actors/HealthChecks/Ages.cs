using System.Globalization;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>Ages as a person reads them.</summary>
internal static class Ages
{
    public static string Say(TimeSpan age) => age < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0.#} s")
        : age.ToString(age < TimeSpan.FromDays(1) ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);
}
