using PgPubSub.Testing.Conformance;

namespace PgPubSub.Postgres.Tests.Conformance;

/// <summary>The store on PostgreSQL keeps every promise of the contract.</summary>
public sealed class ConformanceSpec(PostgresUnderTest store) : IClassFixture<PostgresUnderTest>
{
    public static TheoryData<string> Checks() => [.. StoreConformance.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task The_store_passes(string check) => await StoreConformance.Checks.Single(c => c.Name == check).RunAsync(store);
}
