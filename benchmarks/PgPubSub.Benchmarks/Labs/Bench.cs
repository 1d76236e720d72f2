namespace PgPubSub.Benchmarks.Labs;

/// <summary>What a figure is measured with.</summary>
/// <param name="Server">The server.</param>
/// <param name="Scale">How much is measured.</param>
internal sealed record Bench(Server Server, Scale Scale)
{
    /// <summary>Runs something in a schema of its own, which is dropped afterwards.</summary>
    public async Task<T> InSchemaAsync<T>(Func<string, Task<T>> run)
    {
        var schema = $"bench_{Guid.NewGuid():N}";
        await Server.RestAsync();
        try
        {
            return await run(schema);
        }
        finally
        {
            await Server.RunAsync($"SET client_min_messages = warning; DROP SCHEMA IF EXISTS {schema} CASCADE");
        }
    }
}
