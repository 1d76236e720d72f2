using System.Text;
using System.Xml.Linq;

namespace PgPubSub.Packages.Tests.Packing;

/// <summary>What is in the packages, and what they say of themselves.</summary>
[Collection(PackagesCollection.Name)]
public sealed class ContentsSpec(PackedPackages packages)
{
    private static readonly string[] Libraries = ["PgPubSub.Actors", "PgPubSub.Core", "PgPubSub.InMemory", "PgPubSub.Postgres", "PgPubSub.Streams", "PgPubSub.Testing"];
    private static readonly string[] Frameworks = ["net10.0", "net8.0"];

    private static readonly Dictionary<string, string> Tested = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
        .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);

    [Fact]
    public void All_packages_are_packed_and_nothing_else() =>
        Assert.Equal(Libraries.Concat(["PgPubSub.Cli", "PgPubSub.Templates"]).Order(StringComparer.Ordinal), packages.All.Select(package => package.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_says_what_it_is_and_under_which_licence() => Assert.All(packages.All, package =>
    {
        Assert.Equal(packages.Version, package.Value("version"));
        Assert.Equal("Apache-2.0", package.Value("license"));
        Assert.All(["description", "tags", "authors", "copyright"], element => Assert.False(string.IsNullOrWhiteSpace(package.Value(element)), element));
        var readme = package.Text(package.Value("readme")!);
        Assert.StartsWith($"# {package.Id}\n", readme, StringComparison.Ordinal);
        Assert.DoesNotContain("](.", readme, StringComparison.Ordinal); // links into a checkout lead nowhere from a package
    });

    [Fact]
    public void Each_library_has_assembly_documentation_and_symbols_for_both_frameworks() => Assert.All(Libraries.Select(packages.Find), library =>
    {
        string[] expected = [.. Frameworks.SelectMany(framework => new[] { "dll", "xml" }.Select(kind => $"lib/{framework}/{library.Id}.{kind}"))];
        Assert.Equal(expected, library.Files.Keys.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(Frameworks.Select(framework => $"lib/{framework}/{library.Id}.pdb"), library.Symbols.Keys.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(expected.Where(file => file.EndsWith(".xml", StringComparison.Ordinal)), file => Assert.NotEmpty(XDocument.Parse(library.Text(file)).Descendants("summary")));
    });

    [Fact]
    public void The_command_line_is_a_tool_for_both_frameworks()
    {
        var tool = packages.Find("PgPubSub.Cli");

        Assert.Equal("DotnetTool", tool.Metadata.Descendants().Single(element => element.Name.LocalName == "packageType").Attribute("name")!.Value);
        Assert.All(Frameworks, framework => Assert.Contains($"tools/{framework}/any/pgpubsub.dll", tool.Files.Keys));
        Assert.All(Frameworks, framework => Assert.Contains($"tools/{framework}/any/pgpubsub.pdb", tool.Symbols.Keys));
    }

    [Fact]
    public void The_template_starts_with_the_versions_that_were_tested()
    {
        var versions = XDocument.Parse(packages.Find("PgPubSub.Templates").Text("content/pgpubsub-worker/Directory.Packages.props").TrimStart('\uFEFF')).Descendants("PackageVersion").ToList();

        Assert.Equal(packages.Version, versions.Single(package => package.Attribute("Include")!.Value == "PgPubSub.Actors").Attribute("Version")!.Value);
        Assert.All(versions.Where(package => !IsOurs(package.Attribute("Include")!.Value)), package => Assert.Equal(Tested[package.Attribute("Include")!.Value], package.Attribute("Version")!.Value));
    }

    [Fact]
    public void Each_depends_on_its_like_of_the_same_version_and_on_others_in_the_version_that_was_tested()
    {
        var dependencies = packages.All.SelectMany(package => package.Dependencies).ToList();

        Assert.Contains(dependencies, dependency => dependency is { Framework: "net8.0", Id: "PgPubSub.Core" });
        Assert.Contains(dependencies, dependency => dependency is { Framework: "net10.0", Id: "Akka" });
        Assert.All(dependencies, dependency =>
            Assert.Equal(IsOurs(dependency.Id) ? packages.Version : Tested.GetValueOrDefault(dependency.Id), dependency.Version));
        Assert.DoesNotContain(dependencies, dependency => dependency.Id.Contains("Analyzers", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_library_depends_on_what_its_project_references_and_on_nothing_else() => Assert.All(Libraries.Select(packages.Find), library =>
    {
        var references = XDocument.Load(Path.Combine(Repository.Root, "src", library.Id, library.Id + ".csproj")).Descendants()
            .Where(item => item.Name.LocalName is "PackageReference" or "ProjectReference")
            .Select(item => item.Attribute("Include")!.Value)
            .Select(reference => reference.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(reference) : reference)
            .Order(StringComparer.Ordinal).ToList();

        Assert.All(Frameworks, framework => Assert.Equal(references, library.Dependencies.Where(dependency => dependency.Framework == framework).Select(dependency => dependency.Id).Order(StringComparer.Ordinal)));
    });

    [Fact]
    public void None_names_a_folder_of_the_machine_that_packed_it()
    {
        string[] folders = [Repository.Root, packages.Source, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + Path.DirectorySeparatorChar + ".nuget"];
        var files = packages.All.SelectMany(package => package.Files.Concat(package.Symbols).Select(file => (Name: $"{package.Id}: {file.Key}", Content: file.Value))).ToList();

        Assert.Contains(files, file => file.Name.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.Empty(
            from file in files
            from folder in folders
            where Holds(file.Content, Encoding.UTF8.GetBytes(folder)) || Holds(file.Content, Encoding.Unicode.GetBytes(folder))
            select $"{file.Name} names {folder}");
    }

    private static bool IsOurs(string id) => id.StartsWith("PgPubSub.", StringComparison.Ordinal);

    private static bool Holds(byte[] content, byte[] text) => content.AsSpan().IndexOf(text) >= 0;
}
