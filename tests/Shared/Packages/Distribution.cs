using PgPubSub.Testing.Packages;

namespace PgPubSub.Shared.Packages;

/// <summary>What specs need of the distribution's packages.</summary>
internal static class Distribution
{
    /// <summary>Installs a package where the tests run as root on Debian or Ubuntu, unless what is wanted of it is there.</summary>
    /// <param name="name">What is wanted, for example PgBouncer.</param>
    /// <param name="package">Its package.</param>
    /// <param name="isThere">Whether it is there.</param>
    /// <returns>Null where it is there now; else the reason why not.</returns>
    public static async Task<string?> LackingAsync(string name, string package, Func<bool> isThere)
    {
        if (isThere())
            return null;
        if (!Apt.CanInstall)
            return $"no {name} on this machine: install the package {package}, or run the tests as root on Debian or Ubuntu";
        await Console.Error.WriteLineAsync($"No {name} here; installing the distribution's package {package} (apt-get install).");
        if (await Apt.InstallAsync(package, CancellationToken.None) is { } failure)
            return $"{name} could not be installed: {failure}";
        return isThere() ? null : $"the package {package} was installed, but {name} is not where it is looked for";
    }
}
