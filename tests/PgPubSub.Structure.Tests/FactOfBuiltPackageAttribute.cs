using PgPubSub.Structure.Tests.Assemblies;

namespace PgPubSub.Structure.Tests;

/// <summary>A fact about one package's assembly, skipped where that package is not built: one that needs Akka can't be where there is no Akka.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOfBuiltPackageAttribute : FactAttribute
{
    public FactOfBuiltPackageAttribute(string package)
    {
        if (!Packages.IsBuilt(package))
        {
            Skip = $"{package} is not built here";
        }
    }
}
