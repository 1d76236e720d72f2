using Npgsql;

namespace PgPubSub.Postgres.Tests;

/// <summary>Options that are not usable are refused before anything is connected, each by its name.</summary>
public sealed class PostgresStoreOptionsSpec
{
    private const string Good = "Host=localhost;Username=postgres";

    [Fact]
    public void The_defaults_with_a_connection_string_have_no_problem() => Assert.Empty(new PostgresStoreOptions { ConnectionString = Good }.Problems());

    [Fact]
    public async Task Neither_and_both_ways_to_the_database_are_refused()
    {
        await using var source = NpgsqlDataSource.Create(Good);
        foreach (var options in new[] { new PostgresStoreOptions(), new PostgresStoreOptions { ConnectionString = Good, DataSource = source } })
        {
            var problem = Assert.Single(options.Problems());
            Assert.Contains("ConnectionString", problem, StringComparison.Ordinal);
            Assert.Contains("DataSource", problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Host=h;Password=hunter2;Nonsense=1")]
    [InlineData("Host=h;Password=hunter2;Port=many")]
    [InlineData("Password=hunter2 Host")]
    [InlineData("Username=u;Password=hunter2")]
    public void A_bad_connection_string_is_refused_without_being_quoted(string text)
    {
        var refused = Assert.Throws<ArgumentException>(() => new PostgresStore(new PostgresStoreOptions { ConnectionString = text }));

        Assert.Contains("ConnectionString", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
        Assert.Null(refused.InnerException);
    }

    [Theory]
    [InlineData("Host=h;Password=hunter2;Nonsense=1")]
    [InlineData("Username=u;Password=hunter2")]
    public void A_bad_string_to_listen_by_is_refused_likewise(string text)
    {
        var problem = Assert.Single(new PostgresStoreOptions { ConnectionString = Good, ListenConnectionString = text }.Problems());

        Assert.StartsWith("ListenConnectionString", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<PostgresStoreOptions>> OutOfRange() => new()
    {
        { "MaxConnections", o => o.MaxConnections = 3 }, { "MaxConnections", o => o.MaxConnections = 1_001 },
        { "WriteTimeout", o => o.WriteTimeout = TimeSpan.FromMilliseconds(999) }, { "WriteTimeout", o => o.WriteTimeout = TimeSpan.FromMinutes(11) },
        { "WriteTimeout", o => o.WriteTimeout = Timeout.InfiniteTimeSpan }, { "Schema", o => o.Schema = "pg_mine" },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_range_is_refused_by_its_option(string named, Action<PostgresStoreOptions> set)
    {
        var options = new PostgresStoreOptions { ConnectionString = Good };
        set(options);

        Assert.Contains(named, Assert.Single(options.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_multiplexes_is_refused()
    {
        await using var source = NpgsqlDataSource.Create(Good + ";Multiplexing=true");

        Assert.Contains("DataSource", Assert.Single(new PostgresStoreOptions { DataSource = source }.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_together() =>
        Assert.Equal(3, new PostgresStoreOptions { Schema = "A", MaxConnections = 0 }.Problems().Count);
}
