namespace PgPubSub.Testing.Packages;

/// <summary>A package that brings server binaries.</summary>
internal interface IServerPackage
{
    string Name { get; }

    bool CanInstall { get; }

    /// <summary>Installs it; what went wrong, or null when nothing did.</summary>
    Task<string?> InstallAsync(CancellationToken cancel);
}
