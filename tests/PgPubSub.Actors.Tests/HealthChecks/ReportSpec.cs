using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PgPubSub.Actors.Tests.Documents;

namespace PgPubSub.Actors.Tests.HealthChecks;

/// <summary>What is registered, and what a report says where nothing is wrong or nothing is there.</summary>
public sealed class ReportSpec : HealthSpec
{
    private static readonly string[] Names = [.. PgPubSub.Actors.HealthChecks.Aspect.All.Select(aspect => aspect.Name)];

    [Fact]
    public async Task An_instance_that_is_well_is_healthy_in_every_aspect_and_tells_figures()
    {
        var host = await StartAsync();
        await PublishAsync(host, "orders", 1);
        await JoinAsync(host, "orders", "billing");

        var report = await UntilHealthyAsync(host);

        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(Names.Order(), report.Entries.Keys.Order());
        Assert.Equal("listening", report.Entries["pgpubsub.listener"].Data["state"]);
        Assert.Equal(report.Entries["pgpubsub.schema"].Data["wanted"], report.Entries["pgpubsub.schema"].Data["version"]);
        Assert.InRange((double)report.Entries["pgpubsub.node"].Data["since_beat_seconds"], 0, 15);
        await UntilAsync(host, "pgpubsub.groups", HealthStatus.Healthy, "None of the 1 groups");
        Assert.Equal(0L, (await UntilAsync(host, "pgpubsub.groups", HealthStatus.Healthy)).Data["orders/billing.lag"]);
    }

    [Fact]
    public async Task A_named_instance_has_checks_of_its_own_and_an_unknown_one_is_unhealthy_and_names_those_that_are_there()
    {
        var host = await StartAsync(name: "billing");
        await UntilAsync(host, "pgpubsub.node.billing", HealthStatus.Healthy);
        await UntilAsync(host, "pgpubsub.database.billing", HealthStatus.Healthy);
        var system = host.Services.GetRequiredService<ActorSystem>();

        var report = await AloneAsync(services => services.AddSingleton(system), "shipping");

        Assert.All(Names, name => Assert.Equal(HealthStatus.Unhealthy, report.Entries[name + ".shipping"].Status));
        Assert.All(report.Entries.Values, entry => Assert.Contains("'shipping' was started: call WithPgPubSub. There are: billing.", entry.Description, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_actor_system_every_check_says_so()
    {
        var report = await AloneAsync(_ => { }, null);

        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Unhealthy, entry.Status));
        Assert.All(report.Entries.Values, entry => Assert.Contains("AddAkka", entry.Description, StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_memory_there_is_nothing_to_reach_and_everything_else_works()
    {
        var host = await StartAsync(
            options =>
            {
                options.ConnectionString = null;
                options.UseInMemory();
            },
            health => health.DegradedUnsettledAge = TimeSpan.FromTicks(1));
        await UntilHealthyAsync(host);
        await UntilAsync(host, "pgpubsub.database", HealthStatus.Healthy, "in memory");
        await UntilAsync(host, "pgpubsub.schema", HealthStatus.Healthy, "in memory");

        await PublishAsync(host, "orders", 2);
        await JoinAsync(host, "orders", "billing");

        await UntilAsync(host, "pgpubsub.groups", HealthStatus.Degraded, "Group billing of orders: its oldest unsettled event is");
    }

    [Fact]
    public async Task A_failure_counts_as_it_was_registered_and_tells_no_secret()
    {
        var host = await StartAsync(options => options.ConnectionString = "Host=127.0.0.1;Port=1;Username=x;Password=geheim");
        var checks = host.Services.GetRequiredService<HealthCheckService>();
        host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single(one => one.Name == "pgpubsub.database").FailureStatus = HealthStatus.Degraded;

        var report = await checks.CheckHealthAsync();

        Assert.Equal(HealthStatus.Degraded, report.Entries["pgpubsub.database"].Status);
        Assert.Contains("PostgreSQL can't be reached.", report.Entries["pgpubsub.database"].Description, StringComparison.Ordinal);
        Assert.All(report.Entries.Values, entry => Assert.DoesNotContain("geheim", entry.Description + string.Join(" ", entry.Data.Values), StringComparison.Ordinal));
    }

    [Fact]
    public void Options_that_make_no_sense_are_all_refused_when_the_checks_are_added()
    {
        var checks = new ServiceCollection().AddHealthChecks();

        var refused = Assert.Throws<PgPubSubConfigurationException>(() => checks.AddPgPubSub(configure: options =>
            (options.Timeout, options.DegradedLag, options.DegradedLagAge, options.UnhealthyLagAge, options.HeldBackAfter) =
                (TimeSpan.Zero, 0, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1), TimeSpan.FromDays(2))));

        Assert.Equal(["Timeout", "DegradedLag", "UnhealthyLagAge", "HeldBackAfter"], refused.Problems.Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public void Options_are_bound_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Timeout"] = "00:00:02", ["DegradedLag"] = "1000", ["UnhealthyLagAge"] = "00:10:00",
        }).Build();
        var options = new PgPubSubHealthOptions();

        configuration.Bind(options);

        Assert.Equal((TimeSpan.FromSeconds(2), 1000L, TimeSpan.FromMinutes(10)), (options.Timeout, options.DegradedLag!.Value, options.UnhealthyLagAge!.Value));
    }

    [Fact]
    public void The_page_names_every_check_with_its_tags_and_every_option_with_its_default()
    {
        var services = new ServiceCollection();
        services.AddHealthChecks().AddPgPubSub();
        using var provider = services.BuildServiceProvider();
        var registered = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<HealthCheckServiceOptions>>().Value.Registrations;

        Assert.Equal(
            registered.Select(one => (one.Name, string.Join(", ", one.Tags.Order()))).Order(),
            Document.Table("health.md", "The checks").Select(row => (row[0].Trim('`'), string.Join(", ", row[1].Split(", ").Select(tag => tag.Trim('`')).Order()))).Order());
        Assert.Equal(
            typeof(PgPubSubHealthOptions).GetProperties().Select(one => (one.Name, Quantity.Say(one.GetValue(new PgPubSubHealthOptions())))).Order(),
            Document.Table("health.md", "PgPubSubHealthOptions").Select(row => (row[0].Trim('`'), row[1].Trim('`'))).Order());
    }

    private static async Task<HealthReport> AloneAsync(Action<IServiceCollection> add, string? name)
    {
        var services = new ServiceCollection().AddLogging();
        add(services);
        services.AddHealthChecks().AddPgPubSub(name);
        var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }
}
