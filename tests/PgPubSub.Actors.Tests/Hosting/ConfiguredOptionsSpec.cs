using System.Reflection;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>Options from a section of the configuration.</summary>
public sealed class ConfiguredOptionsSpec : HostSpec
{
    private const string Secret = "Host=h;Password=secret";

    // What a text can set, each to something that is not its default.
    private static readonly Dictionary<string, (string Text, object Value)> Texts = new()
    {
        ["ConnectionString"] = (Secret, Secret), ["ConnectionStringName"] = ("shop", "shop"), ["DataSourceName"] = ("", ""), ["Schema"] = ("other", "other"),
        ["AutoMigrate"] = ("False", false), ["MaxConnections"] = ("17", 17), ["WriteTimeout"] = ("00:00:12.5", TimeSpan.FromSeconds(12.5)), ["NodeName"] = ("n", "n"),
        ["Window"] = ("7", 7), ["AckDeadline"] = ("0:10:00", TimeSpan.FromMinutes(10)), ["MaxAttempts"] = ("9", 9), ["RetryFirst"] = ("00:00:02", TimeSpan.FromSeconds(2)),
        ["RetryFactor"] = ("1.5", 1.5), ["RetryMost"] = ("1.00:00:00", TimeSpan.FromDays(1)), ["MaxPayloadBytes"] = ("1000", 1_000), ["MaxPendingEvents"] = ("10", 10),
        ["MaxPendingBytes"] = ("3000000000", 3_000_000_000L), ["PollInterval"] = ("00:00:03", TimeSpan.FromSeconds(3)), ["Listen"] = ("off", ListenMode.Off),
        ["ListenConnectionString"] = (Secret, Secret), ["TimeToLive"] = ("00:00:20", TimeSpan.FromSeconds(20)), ["CleanupInterval"] = ("00:00:00", TimeSpan.Zero),
        ["DrainTimeout"] = ("00:00:01", TimeSpan.FromSeconds(1)),
        ["MeasureInterval"] = ("00:00:05", TimeSpan.FromSeconds(5)),
    };

    [Fact]
    public void Every_option_but_those_that_are_objects_can_be_set()
    {
        string[] objects = ["DataSource", "EventTypes", "Serializer", "Retention"];
        var options = new PgPubSubOptions();

        Assert.Empty(ConfiguredOptions.Read(Section([.. Texts.Select(text => ("PgPubSub:" + text.Key.ToUpperInvariant(), text.Value.Text))]), options));

        foreach (var option in typeof(PgPubSubOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(option => !objects.Contains(option.Name)))
            Assert.Equal(Texts[option.Name].Value, option.GetValue(options));
    }

    [Fact]
    public void So_can_every_limit_of_retention_and_none_of_the_default_is_changed_by_it()
    {
        var options = new PgPubSubOptions();

        Assert.Empty(ConfiguredOptions.Read(
            Section(
                ("PgPubSub:Retention:Count", ""), ("PgPubSub:Retention:Age", "7.00:00:00"), ("PgPubSub:Retention:MaxBacklogEvents", "5"),
                ("PgPubSub:Retention:MaxBacklogAge", "01:00:00"), ("PgPubSub:Retention:DeadLetterAge", "30.00:00:00")),
            options));

        Assert.Equal(
            new Retention { Age = TimeSpan.FromDays(7), MaxBacklogEvents = 5, MaxBacklogAge = TimeSpan.FromHours(1), DeadLetterAge = TimeSpan.FromDays(30) }, options.Retention);
        Assert.Equal(new Retention { Count = 10_000 }, Retention.Default);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_it_is_told_by_its_key_and_never_by_its_value()
    {
        var problems = await ProblemsAsync(
            akka => akka.WithPgPubSub(Section(
                ("PgPubSub:Windw", Secret), ("PgPubSub:Window", Secret), ("PgPubSub:AckDeadline", "30"), ("PgPubSub:Listen", "sometimes"), ("PgPubSub:AutoMigrate", "yes"),
                ("PgPubSub:RetryFactor", null), ("PgPubSub:Schema:Name", "x"), ("PgPubSub:Serializer", "json"), ("PgPubSub:Retention:Cont", "1"), ("PgPubSub:Retention:Age", "long"),
                ("PgPubSub:MaxConnections", "1"), ("PgPubSub:ConnectionString", "Nonsense=secret"))));

        Assert.Equal(
            new[]
            {
                "PgPubSub:Windw is in the configuration, but there is no such option.", "PgPubSub:Window must be a whole number.", "PgPubSub:AckDeadline must be a time such as 00:00:30.",
                "PgPubSub:Listen must be one of Auto, On, Off.", "PgPubSub:AutoMigrate must be true or false.", "PgPubSub:RetryFactor must be a number.", "PgPubSub:Schema must be a text.",
                "PgPubSub:Serializer is in the configuration, but Serializer can only be set in code.", "PgPubSub:Retention:Cont is in the configuration, but there is no such option.",
                "PgPubSub:Retention:Age must be a time such as 00:00:30.", "MaxConnections is 1; it must be between 4 and 1000.", "ConnectionString is not an Npgsql connection string.",
            }.Select(problem => "Instance 'default': " + problem).Order(),
            problems.Order());
        Assert.DoesNotContain(problems.Concat(Log.All), text => text.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_section_that_is_not_there_is_told_unless_code_sets_enough()
    {
        Assert.Contains("Instance 'default': The configuration has no section PgPubSbu.", await ProblemsAsync(akka => akka.WithPgPubSub(new ConfigurationBuilder().Build().GetSection("PgPubSbu"))));
        await StartAsync(akka => akka.WithPgPubSub(new ConfigurationBuilder().Build().GetSection("PgPubSbu"), Memory));
    }

    [Fact]
    public async Task A_host_is_configured_by_its_section_and_code_has_the_last_word()
    {
        var host = await StartAsync(
            (akka, services) => akka.WithPgPubSub(services.GetRequiredService<IConfiguration>().GetSection("Bus"), options => options.DrainTimeout = TimeSpan.Zero),
            ("Bus:ConnectionStringName", "shop"), ("Bus:Schema", Schema), ("Bus:MaxPayloadBytes", "20"), ("Bus:DrainTimeout", "00:09:00"), ("ConnectionStrings:shop", ConnectionString));

        await Publisher(host).PublishAsync("t", new Number(1));
        Assert.Contains("MaxPayloadBytes is 20", (await Assert.ThrowsAsync<PublishRejectedException>(() => Publisher(host).PublishAsync("t", new string('x', 30)))).Rejection.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Log.All, line => line.Contains("DrainTimeout is", StringComparison.Ordinal));
    }

    private Task<Microsoft.Extensions.Hosting.IHost> StartAsync(Action<AkkaConfigurationBuilder, IServiceProvider> akka, params (string, string?)[] configuration)
    {
        IServiceProvider? provider = null;
        var host = Build(configured => akka(configured, provider!), null, configuration);
        provider = host.Services;
        return StartedAsync(host);
    }

    private static async Task<Microsoft.Extensions.Hosting.IHost> StartedAsync(Microsoft.Extensions.Hosting.IHost host)
    {
        await host.StartAsync();
        return host;
    }

    private static IConfigurationSection Section(params (string Key, string? Value)[] entries) =>
        new ConfigurationBuilder().AddInMemoryCollection(entries.Select(x => KeyValuePair.Create(x.Key, x.Value))).Build().GetSection("PgPubSub");
}
