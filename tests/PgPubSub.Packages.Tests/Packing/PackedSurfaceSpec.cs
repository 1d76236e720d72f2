using System.Reflection;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using PgPubSub.Packages.Tests.Surfaces;

namespace PgPubSub.Packages.Tests.Packing;

/// <summary>The surface of a package is the same whatever framework an application has.</summary>
[Collection(PackagesCollection.Name)]
public sealed class PackedSurfaceSpec(PackedPackages packages)
{
    [Theory]
    [InlineData("net8.0", ".NETCoreApp,Version=v8.0")]
    [InlineData("net10.0", ".NETCoreApp,Version=v10.0")]
    public void Each_library_shows_the_reviewed_surface(string folder, string framework)
    {
        var libraries = packages.All.Where(package => package.Files.ContainsKey(Libraries.File(folder, package.Id))).ToList();
        var context = new Libraries(folder, libraries);

        Assert.NotEmpty(libraries);
        Assert.All(libraries, library =>
        {
            var assembly = context.LoadFromAssemblyName(new AssemblyName(library.Id));
            Assert.Equal(framework, assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
            Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "src", library.Id, "PublicApi.txt")), Surface.Of(assembly));
        });
    }

    // Ours from the packages, beside those that this test was built with; the others as everywhere.
    private sealed class Libraries(string folder, IReadOnlyList<Package> packages) : AssemblyLoadContext
    {
        public static string File(string folder, string id) => $"lib/{folder}/{id}.dll";

        protected override Assembly? Load(AssemblyName name) =>
            packages.FirstOrDefault(package => package.Id == name.Name) is { } package ? LoadFromStream(new MemoryStream(package.Files[File(folder, package.Id)])) : null;
    }
}
