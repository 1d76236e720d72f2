using System.Globalization;
using System.Reflection;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Documents;

/// <summary>docs/configuration.md says of every option what the code says: that it is there, its default and its bounds.</summary>
public sealed class ConfigurationSpec
{
    private const string Page = "configuration.md";

    // Objects of the application's, and defaults that a sentence says better.
    private static readonly string[] WithoutComparableDefault = ["NodeName", "Retention", "EventTypes", "Serializer", "From", "Rules"];

    [Fact]
    public void Every_option_of_an_instance_is_there_with_its_default() => Compare("PgPubSubOptions", new PgPubSubOptions());

    [Fact]
    public void Every_option_of_a_handler_is_there_with_its_default() => Compare("HandlerOptions", new HandlerOptions());

    [Fact]
    public void Every_limit_of_retention_is_there_with_its_default() => Compare("Retention", Retention.Default);

    [Fact]
    public void Every_rule_of_a_group_is_there_with_its_default()
    {
        var expected = Defaults(GroupRules.Default).Where(x => x.Name != "Retry").Concat(Defaults(GroupRules.Default.Retry).Select(x => x with { Name = "Retry." + x.Name }));

        Assert.Equal(expected.Select(x => (x.Name, x.Default)).Order(), Rows("GroupRules").Select(row => (row.Name, row.Default)).Order());
    }

    [Fact]
    public void Bounds_of_an_instances_options_are_the_codes() => Probe("PgPubSubOptions", (name, value) =>
    {
        var options = new PgPubSubOptions { ConnectionString = "Host=h" };
        Set(options, name, value);
        if (name == "MaxPayloadBytes")
            options.MaxPendingBytes = 4L * 1024 * 1024 * 1024;
        if (name == "MaxPendingBytes")
            options.MaxPayloadBytes = 1;
        return Accepts(() => options.Freeze());
    });

    [Fact]
    public void Bounds_of_a_handlers_options_are_the_codes() => Probe("HandlerOptions", (name, value) =>
    {
        var options = new HandlerOptions();
        Set(options, name, value);
        return Accepts(() => options.Freeze("t", "g"));
    });

    [Fact]
    public void Bounds_of_retention_are_the_codes() => Probe("Retention", (name, value) =>
    {
        var retention = new Retention();
        Set(retention, name, value);
        return retention.Problems().Count == 0;
    });

    [Fact]
    public void Bounds_of_a_groups_rules_are_the_codes() => Probe("GroupRules", (name, value) =>
    {
        var retry = GroupRules.Default.Retry with { };
        var rules = GroupRules.Default with { Retry = retry };
        Set(name.StartsWith("Retry.", StringComparison.Ordinal) ? retry : rules, name.Split('.')[^1], value);
        return SubscribeCheck.Problem(new Subscribe("t", "g", Rules: rules)) is null;
    });

    private static void Compare(string heading, object defaults)
    {
        var (expected, rows) = (Defaults(defaults), Rows(heading));
        Assert.Equal(expected.Select(x => x.Name).Order(), rows.Select(row => row.Name).Order());
        Assert.Equal(
            expected.Where(x => !WithoutComparableDefault.Contains(x.Name)).Select(x => (x.Name, x.Default)).Order(),
            rows.Where(row => !WithoutComparableDefault.Contains(row.Name)).Select(row => (row.Name, row.Default)).Order());
    }

    // Just inside both ends is accepted, just outside is refused.
    private static void Probe(string heading, Func<string, object, bool> accepts)
    {
        var probed = 0;
        foreach (var (name, _, bounds) in Rows(heading))
        {
            if (Quantity.Range(bounds) is not var (least, most))
                continue;
            probed++;
            Assert.True(accepts(name, least), $"{name}: {least} is refused");
            Assert.True(accepts(name, most), $"{name}: {most} is refused");
            Assert.False(accepts(name, Quantity.Beside(most, +1)), $"{name}: more than {most} is accepted");
            if (!bounds.StartsWith("0,", StringComparison.Ordinal))
                Assert.False(accepts(name, Quantity.Beside(least, -1)), $"{name}: less than {least} is accepted");
        }

        Assert.True(probed > 0);
    }

    private static IReadOnlyList<(string Name, string Default, string Bounds)> Rows(string heading) =>
        [.. Document.Table(Page, heading).Select(cells => (cells[0].Trim('`'), cells[1].Trim('`'), cells[2]))];

    private static IReadOnlyList<Option> Defaults(object options) =>
        [.. options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => new Option(property.Name, Quantity.Say(property.GetValue(options))))];

    private static void Set(object options, string name, object value)
    {
        var property = options.GetType().GetProperty(name)!;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(options, value is TimeSpan ? value : Convert.ChangeType(value, type, CultureInfo.InvariantCulture));
    }

    private static bool Accepts(Action freeze)
    {
        try
        {
            freeze();
            return true;
        }
        catch (PgPubSubConfigurationException)
        {
            return false;
        }
    }

    private sealed record Option(string Name, string Default);
}
