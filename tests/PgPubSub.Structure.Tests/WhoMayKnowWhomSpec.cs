using PgPubSub.Structure.Tests.Assemblies;

namespace PgPubSub.Structure.Tests;

/// <summary>Which assemblies each room may reference.</summary>
public sealed class WhoMayKnowWhomSpec
{
    [Fact]
    public void Core_references_nothing_but_the_base_library() =>
        Assert.All(ReferencesOf("PgPubSub.Core"), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    [Fact]
    public void Postgres_never_references_akka() => Assert.DoesNotContain(ReferencesOf("PgPubSub.Postgres"), IsAkka);

    [Fact]
    public void Postgres_knows_no_room_but_core() =>
        Assert.Empty(ReferencesOf("PgPubSub.Postgres").Where(IsOurs).Except(["PgPubSub.Core"]));

    [Fact]
    public void In_memory_references_no_room_but_core_and_no_package() =>
        Assert.All(ReferencesOf("PgPubSub.InMemory"), name => Assert.True(name == "PgPubSub.Core" || name.StartsWith("System.", StringComparison.Ordinal), name));

    [Fact]
    public void Testing_never_references_akka() => Assert.DoesNotContain(ReferencesOf("PgPubSub.Testing"), IsAkka);

    [Fact]
    public void Testing_knows_no_room_but_the_stores_and_core() =>
        Assert.Empty(ReferencesOf("PgPubSub.Testing").Where(IsOurs).Except(["PgPubSub.Core", "PgPubSub.InMemory", "PgPubSub.Postgres"]));

    [FactOfBuiltPackage("PgPubSub.Actors")]
    public void Actors_knows_no_room_but_the_stores_and_core() =>
        Assert.Empty(ReferencesOf("PgPubSub.Actors").Where(IsOurs).Except(["PgPubSub.Core", "PgPubSub.InMemory", "PgPubSub.Postgres"]));

    [Fact]
    public void No_package_references_testing()
    {
        var built = Repository.Packages.Where(Repository.IsBuilt).ToList();

        Assert.Contains("PgPubSub.Core", built);
        Assert.DoesNotContain(built, package => ReferencesOf(package).Contains("PgPubSub.Testing"));
    }

    private static List<string> ReferencesOf(string package)
    {
        using var room = Room.Open(package);
        return [.. room.References];
    }

    private static bool IsAkka(string name) => name.StartsWith("Akka", StringComparison.Ordinal);

    private static bool IsOurs(string name) => name.StartsWith("PgPubSub.", StringComparison.Ordinal);
}
