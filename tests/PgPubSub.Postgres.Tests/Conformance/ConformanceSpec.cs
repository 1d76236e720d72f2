using PgPubSub.Testing.Conformance;

namespace PgPubSub.Postgres.Tests.Conformance;

/// <summary>The store on PostgreSQL keeps every promise of the contract.</summary>
public sealed class ConformanceSpec(PostgresUnderTest store) : IClassFixture<PostgresUnderTest>
{
    // What it does not keep as yet. Such a check has to fail: whoever mends the store takes it from the list.
    private static readonly string[] NotYet =
    [
        "A step of a redrive or purge that leaves nothing says so",
        "A claim of retries of a group or topic that was dropped is told that it is gone",
        "A claim of retries that is sent again takes no more than it asks for, with what it got before",
        "A dead letter that replaced an earlier one died after those between",
    ];

    public static TheoryData<string> Checks() => [.. StoreConformance.Checks.Select(check => check.Name).Except(NotYet)];

    public static TheoryData<string> Broken() => [.. NotYet];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task The_store_passes(string check) => await StoreConformance.Checks.Single(c => c.Name == check).RunAsync(store);

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_not_kept_as_yet_is_still_not_kept(string check) =>
        await Assert.ThrowsAsync<ConformanceException>(() => StoreConformance.Checks.Single(c => c.Name == check).RunAsync(store));
}
