using System.Reflection;

namespace PgPubSub.Packages.Tests.Surfaces;

/// <summary>What applications see of each package is a text that people have read: PublicApi.txt beside its project.</summary>
public sealed class SurfaceSpec
{
    [Theory]
    [InlineData("PgPubSub.Actors")]
    [InlineData("PgPubSub.Core")]
    [InlineData("PgPubSub.InMemory")]
    [InlineData("PgPubSub.Postgres")]
    [InlineData("PgPubSub.Streams")]
    [InlineData("PgPubSub.Testing")]
    public void The_public_surface_of_a_package_is_the_reviewed_text(string package)
    {
        var reviewed = Path.Combine(Repository.Root, "src", package, "PublicApi.txt");
        var received = Path.Combine(AppContext.BaseDirectory, $"{package}.received.txt");
        var surface = Surface.Of(Assembly.Load(package));
        File.WriteAllText(received, surface);

        var before = File.Exists(reviewed) ? File.ReadAllText(reviewed) : "";
        Assert.True(before == surface, $"""
            The public surface of {package} is no longer the reviewed one.
            {Change(before, surface)}
            Where that is meant, say it in CHANGELOG.md and accept it:
              cp "{received}" "{reviewed}"
            """);
    }

    [Fact]
    public void The_command_line_is_a_program_and_offers_no_types() => Assert.Empty(Assembly.Load("pgpubsub").GetExportedTypes());

    [Fact]
    public void No_package_is_left_out() =>
        Assert.Equal(
            Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any())
                .Select(Path.GetFileName).Where(package => package != "PgPubSub.Cli").Order(StringComparer.Ordinal),
            typeof(SurfaceSpec).GetMethod(nameof(The_public_surface_of_a_package_is_the_reviewed_text))!.GetCustomAttributes<InlineDataAttribute>()
                .Select(package => package.GetData(null!).Single()[0] as string).Order(StringComparer.Ordinal));

    private static string Change(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        return string.Join('\n', [.. old.Except(now).Select(line => "- " + line), .. now.Except(old).Select(line => "+ " + line)]) is { Length: > 0 } lines ? lines : "(the order, or lines that stand more than once)";
    }
}
