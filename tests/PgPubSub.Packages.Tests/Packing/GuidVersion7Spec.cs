namespace PgPubSub.Packages.Tests.Packing;

/// <summary>The ids that stand in for those of .NET 9 where an application has .NET 8.</summary>
public sealed class GuidVersion7Spec
{
    [Fact]
    public void An_id_is_of_version_7_and_bears_the_time()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var id = GuidVersion7.CreateVersion7();

        Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11));
        Assert.InRange(Convert.ToInt64(id.ToString("N")[..12], 16), before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void No_two_ids_are_the_same() => Assert.Distinct(Enumerable.Range(0, 10_000).Select(_ => GuidVersion7.CreateVersion7()));
}
