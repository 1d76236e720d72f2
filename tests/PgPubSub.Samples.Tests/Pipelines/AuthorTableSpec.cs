using Npgsql;
using PgPubSub.Docker;
using PgPubSub.Samples.Shared.Input;
using StreamPipelines.Projections;

namespace PgPubSub.Samples.Tests.Pipelines;

/// <summary>The projection's tables on a real server.</summary>
public sealed class AuthorTableSpec : IAsyncLifetime
{
    private static readonly IReadOnlyList<(long Offset, Commit Commit)> Events = [.. RecordedHistory.Read().Select((commit, index) => ((long)index, commit))];

    private readonly string _schema = $"authors_{Guid.NewGuid():N}";
    private AuthorTable _table = null!;

    public async Task InitializeAsync() => _table = await AuthorTable.CreateAsync((await TestServers.SharedAsync()).ConnectionString, _schema, CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _table.DisposeAsync();
        await using var source = NpgsqlDataSource.Create((await TestServers.SharedAsync()).ConnectionString);
        await using var command = source.CreateCommand($"DROP SCHEMA {_schema} CASCADE");
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task What_comes_again_changes_nothing()
    {
        Assert.Equal(40, await _table.WriteAsync([.. Events.Take(40)]));
        Assert.Equal(0, await _table.WriteAsync([.. Events.Take(40)]));
        Assert.Equal(20, await _table.WriteAsync([.. Events.Skip(30)]));

        await HoldsAllAsync();
    }

    [Fact]
    public async Task Those_that_write_the_same_at_once_write_it_once()
    {
        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => _table.WriteAsync([.. Events.Skip(writer).Concat(Events.Take(writer))])));

        Assert.Equal(Events.Count, written.Sum());
        await HoldsAllAsync();
    }

    private async Task HoldsAllAsync() => Assert.Equal(AuthorRow.Of(Events.Select(e => e.Commit)), await _table.ReadAsync(CancellationToken.None));
}
