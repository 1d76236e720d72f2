using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>The ways to a database that a host has: its own data sources and connection strings, by name.</summary>
public sealed class DatabaseWaysSpec : HostSpec
{
    private const string Secret = "Host=127.0.0.1;Username=u;Password=secret";

    [Theory]
    [InlineData("")]
    [InlineData("shop")]
    public async Task A_data_source_of_the_services_is_borrowed(string key)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        var host = await StartAsync(akka => akka.WithPgPubSub(options => (options.DataSourceName, options.Schema, options.DrainTimeout) = (key, Schema, TimeSpan.Zero)), services =>
        {
            if (key.Length == 0)
                services.AddSingleton(source).AddKeyedSingleton("shop", NpgsqlDataSource.Create(Secret));
            else
                services.AddSingleton(NpgsqlDataSource.Create(Secret)).AddKeyedSingleton(key, source);
        });

        Assert.Equal(0, (await Publisher(host).PublishAsync("t", new Number(1))).Offset);
        await host.StopAsync();
        await using var command = source.CreateCommand($"SELECT count(*) FROM {Schema}.event"); // it was not disposed
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_connection_string_of_the_configuration_is_found_by_its_name()
    {
        var host = await StartAsync(
            akka => akka.WithPgPubSub(options => (options.ConnectionStringName, options.Schema, options.DrainTimeout) = ("shop", Schema, TimeSpan.Zero)),
            configuration: ("ConnectionStrings:shop", ConnectionString));

        Assert.Equal(0, (await Publisher(host).PublishAsync("t", new Number(1))).Offset);
    }

    [Fact]
    public async Task What_is_not_there_or_can_not_be_made_is_told_by_its_name()
    {
        var problems = await ProblemsAsync(
            akka =>
            {
                Add("key", options => options.DataSourceName = "shop");
                Add("unkeyed", options => options.DataSourceName = "");
                Add("throws", options => options.DataSourceName = "throws");
                Add("multiplexes", options => options.DataSourceName = "multiplexes");
                Add("named", options => options.ConnectionStringName = "shop");
                Add("malformed", options => options.ConnectionStringName = "malformed");

                void Add(string name, Action<PgPubSubOptions> configure) => akka.WithPgPubSub(configure, name);
            },
            services => services
                .AddKeyedSingleton("multiplexes", NpgsqlDataSource.Create(Secret + ";Multiplexing=true"))
                .AddKeyedSingleton<NpgsqlDataSource>("throws", (_, _) => throw new InvalidOperationException(Secret)),
            ("ConnectionStrings:malformed", "Nonsense=secret"));

        Assert.Equal(
            [
                "Instance 'key': DataSourceName is 'shop', but no NpgsqlDataSource is registered under that key.",
                "Instance 'unkeyed': DataSourceName is empty, but no NpgsqlDataSource is registered without a key.",
                "Instance 'throws': DataSourceName is 'throws', but making that NpgsqlDataSource failed with System.InvalidOperationException.",
                "Instance 'multiplexes': DataSource multiplexes: a transaction needs a session of its own.",
                "Instance 'named': ConnectionStringName is 'shop', but the configuration has no connection string of that name.",
                "Instance 'malformed': Of the connection string 'malformed': ConnectionString is not an Npgsql connection string.",
            ],
            problems);
        Assert.DoesNotContain(problems.Concat(Log.All), text => text.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Ways_that_exclude_each_other_are_one_problem_that_names_those_that_were_set()
    {
        var problems = await ProblemsAsync(akka => akka
            .WithPgPubSub(options => (options.ConnectionString, options.DataSourceName) = (Secret, "shop"))
            .WithPgPubSub(options => (options.DataSource, options.ConnectionStringName) = (NpgsqlDataSource.Create(Secret), "shop"), "two")
            .WithPgPubSub(options => options.UseInMemory().ConnectionString = Secret, "three")
            .WithPgPubSub(_ => { }, "none"));

        const string All = "exactly one of ConnectionString, ConnectionStringName, DataSource, DataSourceName and UseInMemory() must be";
        Assert.Equal(
            [
                $"Instance 'default': ConnectionString and DataSourceName are set; {All}.",
                $"Instance 'two': ConnectionStringName and DataSource are set; {All}.",
                $"Instance 'three': ConnectionString and UseInMemory() are set; {All}.",
                $"Instance 'none': E{All[1..]} set; none is.",
            ],
            problems);
        Assert.DoesNotContain(problems.Concat(Log.All), text => text.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData("postgres://u:secret@127.0.0.1/shop")]
    public async Task A_connection_string_in_the_place_of_a_name_is_not_quoted(string misplaced)
    {
        var problems = await ProblemsAsync(akka => akka
            .WithPgPubSub(options => options.DataSourceName = misplaced)
            .WithPgPubSub(options => options.ConnectionStringName = misplaced, "second"));

        Assert.Equal(
            ["Instance 'default': DataSourceName is a name and must contain neither '=' nor '://'.", "Instance 'second': ConnectionStringName is a name and must contain neither '=' nor '://'."], problems);
        Assert.DoesNotContain(Log.All, text => text.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Without_a_host_names_are_refused()
    {
        using var system = Akka.Actor.ActorSystem.Create("alone", "akka.loglevel = OFF");
        foreach (var options in new[] { new PgPubSubOptions { DataSourceName = "" }, new PgPubSubOptions { ConnectionStringName = "shop" } })
        {
            var problems = Assert.Throws<PgPubSubConfigurationException>(() => PgPubSubHub.Start(system, options)).Problems;
            Assert.Contains("start the instance with WithPgPubSub", Assert.Single(problems), StringComparison.Ordinal);
        }
    }
}
