using System.Reflection;
using PgPubSub.Structure.Tests.Assemblies;

namespace PgPubSub.Structure.Tests;

/// <summary>What types may be called, and what their names promise.</summary>
public sealed class NamesSpec
{
    private static readonly string[] SayNothing = ["Helper", "Helpers", "Manager", "Util", "Utils", "Base", "Impl", "Data", "Info"];

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Assert.Empty(Types((_, type) => SayNothing.Any(word => type.EndsWith(word, StringComparison.Ordinal)), _ => true));

    [FactOfBuiltPackage("PgPubSub.Actors")]
    public void Actors_are_internal_and_sealed() =>
        Assert.Empty(Types((_, type) => type.EndsWith("Actor", StringComparison.Ordinal), attributes =>
            (attributes & TypeAttributes.Interface) == 0
            && ((attributes & TypeAttributes.Sealed) == 0 || (attributes & TypeAttributes.VisibilityMask) is TypeAttributes.Public or TypeAttributes.NestedPublic)));

    private static List<string> Types(Func<string, string, bool> named, Func<TypeAttributes, bool> shaped)
    {
        var found = new List<string>();
        var built = Packages.All.Where(Packages.IsBuilt).ToList();
        Assert.Contains("PgPubSub.Testing", built);
        foreach (var package in built)
        {
            using var room = Room.Open(package);
            found.AddRange(room.Types.Where(type => named(room.NamespaceOf(type), room.NameOf(type).Split('`')[0]) && shaped(type.Attributes)).Select(type => $"{room.NamespaceOf(type)}.{room.NameOf(type)}"));
        }

        return found;
    }
}
