namespace PgPubSub.Actors.Tests.Hosting;

public sealed class OptionsSpec
{
    [Fact]
    public void All_problems_are_told_at_once_and_name_their_options()
    {
        var options = new PgPubSubOptions
        {
            ConnectionString = "Host=h;Password=secret", DataSource = null, Schema = "pg_x", MaxConnections = 2, WriteTimeout = TimeSpan.Zero, NodeName = "",
            Window = 0, AckDeadline = TimeSpan.Zero, MaxAttempts = -1, RetryFirst = TimeSpan.FromDays(2), RetryFactor = double.NaN, RetryMost = TimeSpan.FromDays(31),
            MaxPayloadBytes = 0, MaxPendingEvents = 0, MaxPendingBytes = 1, PollInterval = TimeSpan.Zero, TimeToLive = TimeSpan.FromSeconds(1), Serializer = null!,
        };
        options.EventTypes.Add<string>("");

        var problems = Assert.Throws<PgPubSubConfigurationException>(options.Freeze).Problems;

        string[] expected =
        [
            "Schema", "MaxConnections", "WriteTimeout", "NodeName", "Window", "AckDeadline", "MaxAttempts", "RetryFirst", "RetryFactor", "RetryMost",
            "MaxPayloadBytes", "MaxPendingEvents", "MaxPendingBytes", "PollInterval", "TimeToLive", "EventTypes", "Serializer",
        ];
        Assert.Equal(expected.Length, problems.Count);
        foreach (var option in expected)
            Assert.Contains(problems, p => p.Contains(option, StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_way_to_listen_that_is_not_to_be_used_is_told_and_so_is_a_mode_that_there_is_not()
    {
        var off = new PgPubSubOptions { ConnectionString = "Host=h", Listen = ListenMode.Off, ListenConnectionString = "Host=h;Password=secret" };
        var none = new PgPubSubOptions { ConnectionString = "Host=h", Listen = (ListenMode)7, ListenConnectionString = "Nonsense=secret" };

        var memory = new PgPubSubOptions { ListenConnectionString = "Host=h;Password=secret" }.UseInMemory();

        Assert.Equal(["UseInMemory was called, but ListenConnectionString is set."], Assert.Throws<PgPubSubConfigurationException>(memory.Freeze).Problems);
        Assert.Equal(["ListenConnectionString is set, but Listen is Off."], Assert.Throws<PgPubSubConfigurationException>(off.Freeze).Problems);
        Assert.Equal(
            ["ListenConnectionString is not an Npgsql connection string.", "Listen is 7; it must be Auto, On or Off."],
            Assert.Throws<PgPubSubConfigurationException>(none.Freeze).Problems);
    }

    [Theory]
    [InlineData(null, "Exactly one of ConnectionString, ConnectionStringName, DataSource, DataSourceName and UseInMemory() must be set; none is.")]
    [InlineData("Nonsense=secret", "ConnectionString")]
    public void A_connection_that_is_missing_or_malformed_is_told_without_quoting_it(string? connectionString, string expected)
    {
        var problems = Assert.Throws<PgPubSubConfigurationException>(new PgPubSubOptions { ConnectionString = connectionString }.Freeze).Problems;
        Assert.Contains(expected, Assert.Single(problems), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_as_documented()
    {
        var settings = new PgPubSubOptions { ConnectionString = "Host=h" }.Freeze();
        Assert.Equal(ListenMode.Auto, settings.Listen);
        Assert.Equal((TimeSpan.FromSeconds(30), 5, TimeSpan.FromSeconds(1), 4d, TimeSpan.FromSeconds(60)),
            (settings.Rules.AckDeadline, settings.Rules.Retry.MaxAttempts, settings.Rules.Retry.First, settings.Rules.Retry.Factor, settings.Rules.Retry.Most));
    }
}
