using PgPubSub.Structure.Tests.Assemblies;

namespace PgPubSub.Structure.Tests;

/// <summary>Which assemblies each room may reference.</summary>
public sealed class WhoMayKnowWhomSpec
{
    // What a stage, an actor or a task of its own would be made of.
    private static readonly string[] HoldsLogic =
        ["Akka.Streams.Stage.", "Akka.Actor.ActorBase", "Akka.Actor.ReceiveActor", "System.Threading.Tasks.TaskCompletionSource", "System.Runtime.CompilerServices.AsyncTaskMethodBuilder", "System.Threading.Timer", "System.TimeProvider"];

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

    [FactOfBuiltPackage("PgPubSub.Cli")]
    public void The_command_line_knows_no_room_but_postgres_and_core_and_no_akka()
    {
        var references = ReferencesOf("PgPubSub.Cli");

        Assert.Equal(["PgPubSub.Core", "PgPubSub.Postgres"], references.Where(IsOurs).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(references, IsAkka);
    }

    [FactOfBuiltPackage("PgPubSub.Streams")]
    public void Streams_knows_no_room_but_actors_and_core_and_no_database()
    {
        var references = ReferencesOf("PgPubSub.Streams");

        Assert.Contains("PgPubSub.Actors", references);
        Assert.Empty(references.Where(IsOurs).Except(["PgPubSub.Actors", "PgPubSub.Core"]));
        Assert.DoesNotContain("Npgsql", references);
    }

    [FactOfBuiltPackage("PgPubSub.Streams")]
    public void Stages_know_nothing_of_the_dsl_and_the_dsl_is_no_stage()
    {
        using var streams = Room.Open("PgPubSub.Streams");
        var uses = new Uses(streams);
        var all = streams.Metadata.TypeDefinitions.Select(streams.Metadata.GetTypeDefinition)
            .SelectMany(type => uses.Of(type).Select(name => (Place: streams.NamespaceOf(type), Outermost: streams.OutermostOf(type), Name: name))).ToList();
        var inStages = all.Where(use => use.Place == "PgPubSub.Streams.Stages").ToList();
        var inDsl = all.Where(use => use.Outermost is "PgPubSubSource" or "PgPubSubFlow" or "PgPubSubSink").ToList();

        Assert.Contains(inStages, use => use.Name.StartsWith("Akka.Streams.Stage.", StringComparison.Ordinal));
        Assert.DoesNotContain(inStages, use => use.Name.StartsWith("Akka.Streams.Dsl.", StringComparison.Ordinal));
        Assert.Contains(inDsl, use => use.Name.StartsWith("Akka.Streams.Dsl.", StringComparison.Ordinal));
        Assert.DoesNotContain(inDsl, use => HoldsLogic.Any(place => use.Name.StartsWith(place, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_package_references_testing()
    {
        var built = Packages.All.Where(Packages.IsBuilt).ToList();

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
