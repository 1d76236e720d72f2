namespace PgPubSub.Samples.Tests.Input;

/// <summary>A fact about Git checkouts, skipped where there is no git.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOfGitAttribute : FactAttribute
{
    public FactOfGitAttribute()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "git.exe" : "git"))))
            Skip = "there is no git on this machine";
    }
}
