using System.Globalization;
using Npgsql;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Connections;

/// <summary>
/// Where the database is: what <c>--connection</c> says, else PGPUBSUB_CONNECTION, else the variables that libpq documents. Of those Npgsql reads
/// PGUSER, PGPASSWORD, PGPASSFILE, PGSSLCERT, PGSSLKEY, PGSSLROOTCERT, PGTARGETSESSIONATTRS, PGOPTIONS and some more by itself, whichever way the rest came;
/// PGHOST, PGPORT, PGDATABASE, PGSSLMODE and PGCONNECT_TIMEOUT are read here. No value is ever shown, since passwords stand in the wrong place too.
/// </summary>
internal static class ConnectionChoice
{
    public const string Variable = "PGPUBSUB_CONNECTION";

    private const int MostSeconds = 1024; // of Npgsql

    private static readonly string[] Enough = ["PGHOST", "PGPORT", "PGDATABASE", "PGUSER"];

    public static string Make(string? option, Func<string, string?> environment)
    {
        var (text, place) = option is not null ? (option, "--connection") : (Read(Variable, environment), Variable);
        return text is not null ? Checked(text, place) : OfLibpq(environment);
    }

    private static string Checked(string text, string place)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is not null ? text : throw CommandException.Usage($"{place} names no Host.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw CommandException.Usage($"{place} is not an Npgsql connection string such as \"Host=...;Database=...;Username=...\".");
        }
    }

    private static string OfLibpq(Func<string, string?> environment)
    {
        if (!Enough.Any(name => Read(name, environment) is not null))
            throw CommandException.Usage($"No database is named: give --connection, or set {Variable} or PGHOST, PGPORT, PGDATABASE and PGUSER.");
        var settings = new NpgsqlConnectionStringBuilder { Host = Hosts(Read("PGHOST", environment) ?? "localhost", Read("PGPORT", environment)) };
        if (Read("PGDATABASE", environment) is { } database)
            settings.Database = database;
        if (Read("PGSSLMODE", environment) is { } mode)
            settings.SslMode = Mode(mode);
        if (Read("PGCONNECT_TIMEOUT", environment) is { } timeout)
            settings.Timeout = Seconds(timeout);
        return settings.ConnectionString;
    }

    // A list of hosts has one port for all, or one for each.
    private static string Hosts(string hosts, string? ports)
    {
        var (host, port) = (hosts.Split(','), ports?.Split(','));
        if (port is not null && port.Length != 1 && port.Length != host.Length)
            throw CommandException.Usage("PGPORT must have one port, or as many as PGHOST has hosts.");
        return string.Join(',', host.Select((one, i) => $"{one}:{Port(port is null ? "" : port[port.Length == 1 ? 0 : i])}"));
    }

    private static int Port(string text) =>
        text.Length == 0 ? NpgsqlConnection.DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535 ? port
        : throw CommandException.Usage("PGPORT is not a port.");

    private static SslMode Mode(string text) => text switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw CommandException.Usage("PGSSLMODE must be disable, allow, prefer, require, verify-ca or verify-full."),
    };

    // libpq waits without limit for 0 and less; so does Npgsql for 0.
    private static int Seconds(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? Math.Clamp(seconds, 0, MostSeconds)
        : throw CommandException.Usage("PGCONNECT_TIMEOUT is not a number of seconds.");

    private static string? Read(string name, Func<string, string?> environment) => environment(name) is { Length: > 0 } value ? value : null;
}
