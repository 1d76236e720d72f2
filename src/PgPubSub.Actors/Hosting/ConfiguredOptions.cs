using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>Reads options from configuration, and says everything that is wrong with it: which key and what it should be, never its value.</summary>
internal sealed class ConfiguredOptions
{
    private readonly List<string> _problems = [];

    private ConfiguredOptions() { }

    /// <summary>Sets what the section names, and returns the problems.</summary>
    public static IReadOnlyList<string> Read(IConfiguration section, PgPubSubOptions options)
    {
        var reading = new ConfiguredOptions();
        reading.Fill(section, options);
        return reading._problems;
    }

    private void Fill(IConfiguration section, object target)
    {
        var options = target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var entry in section.GetChildren())
        {
            var option = Array.Find(options, o => o.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase));
            if (option is null)
                _problems.Add($"{entry.Path} is in the configuration, but there is no such option.");
            else if (option.PropertyType == typeof(Retention))
                FillNested(entry, option.GetValue(target)!);
            else if (Name(option.PropertyType) is { } wanted)
                Set(entry, option, target, wanted);
            else
                _problems.Add($"{entry.Path} is in the configuration, but {option.Name} can only be set in code.");
        }
    }

    private void FillNested(IConfigurationSection entry, object target)
    {
        if (string.IsNullOrEmpty(entry.Value))
            Fill(entry, target);
        else
            _problems.Add($"{entry.Path} must be a section with limits.");
    }

    private void Set(IConfigurationSection entry, PropertyInfo option, object target, string wanted)
    {
        try
        {
            if (entry.GetChildren().Any())
                throw new FormatException();
            option.SetValue(target, Value(entry.Value, option.PropertyType));
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or NotSupportedException)
        {
            _problems.Add($"{entry.Path} must be {wanted}.");
        }
    }

    private static object? Value(string? text, Type type)
    {
        if (type == typeof(string))
            return text;
        var inner = Nullable.GetUnderlyingType(type);
        if (string.IsNullOrEmpty(text))
            return inner is null ? throw new FormatException() : null;
        if ((inner ?? type) == typeof(TimeSpan) && !text.Contains(':', StringComparison.Ordinal))
            throw new FormatException(); // a number alone would be days
        return TypeDescriptor.GetConverter(inner ?? type).ConvertFromInvariantString(text);
    }

    // Null for what has no text of its own.
    private static string? Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Name(inner)
        : type == typeof(string) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(TimeSpan) ? "a time such as 00:00:30"
        : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
        : null;
}
