using System.Globalization;
using System.Text.RegularExpressions;

namespace PgPubSub.Testing.Clusters;

/// <summary>What is added to postgresql.conf; of two lines with one name the later wins.</summary>
internal static partial class ServerSettings
{
    public static string Render(int port, IEnumerable<(string Name, string Value)> extra) =>
        string.Concat(Defaults.Concat(extra).Concat(Reached(port)).Select(setting => Line(setting.Name, setting.Value)));

    /// <exception cref="ArgumentException">The name is no setting's name, or the value holds a line break.</exception>
    internal static string Line(string name, string value)
    {
        if (!SettingName().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is not the name of a server setting.", nameof(name));
        }

        if (value.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0)
        {
            throw new ArgumentException($"The value of the server setting {name} holds a line break.", nameof(value));
        }

        return $"{name} = '{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'\n";
    }

    private static readonly (string Name, string Value)[] Defaults = [("max_connections", "200")];

    // Last, since nobody may turn these: the connection string depends on them.
    private static IEnumerable<(string Name, string Value)> Reached(int port) =>
        [("listen_addresses", "127.0.0.1"), ("port", port.ToString(CultureInfo.InvariantCulture)), ("unix_socket_directories", "")];

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.]*\z")]
    private static partial Regex SettingName();
}
