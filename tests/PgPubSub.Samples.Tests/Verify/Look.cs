using PgPubSub.Postgres;

namespace PgPubSub.Samples.Tests.Verify;

internal static class Look
{
    public static async Task RunAsync(string connectionString)
    {
        // snippet: verify
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = connectionString });
        var report = await store.VerifyAsync();
        foreach (var finding in report.Findings)
            Console.WriteLine($"{finding.Kind} {finding.Topic} {finding.Group} {finding.Offset}: {finding.What} {finding.Advice}");
        // end
    }
}
