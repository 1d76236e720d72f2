using Npgsql;
using PgPubSub.Testing.Binaries;

namespace PgPubSub.Testing.Finding;

/// <summary>One search for a server, way by way; what did not work is kept for the error at its end.</summary>
internal sealed class ServerSearch(FindOptions options)
{
    private readonly List<string> _tried = [];

    public async Task<PostgresServer> RunAsync(CancellationToken cancel)
    {
        var found = await FromVariableAsync(cancel)
            ?? await FromBinariesAsync(PostgresSource.Binaries, cancel)
            ?? await FromDockerAsync(cancel)
            ?? await FromPackageAsync(cancel)
            ?? throw NotFound();
        options.Say(found.Description);
        return found;
    }

    // Set but wrong is an error of its own: another server than the one asked for would be a surprise.
    private async Task<PostgresServer?> FromVariableAsync(CancellationToken cancel)
    {
        if (options.Environment(PostgresServer.Variable) is not { Length: > 0 } text)
        {
            return null;
        }

        string? place = null;
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(text) { Pooling = false };
            place = $"{connection.Host}:{connection.Port}";
            await using var probe = new NpgsqlConnection(connection.ConnectionString);
            await probe.OpenAsync(cancel);
            return new PostgresServer(PostgresSource.Connection, text, $"PostgreSQL {probe.PostgreSqlVersion} at {place}, from {PostgresServer.Variable}", null);
        }
        catch (ArgumentException)
        {
            throw new PostgresNotFoundException($"{PostgresServer.Variable} is not a connection string, such as Host=localhost;Username=postgres;Password=secret;Database=postgres.");
        }
        catch (NpgsqlException e)
        {
            throw new PostgresNotFoundException($"{PostgresServer.Variable} is set, but the server at {place} does not let us in: {Reason(e)}.");
        }
    }

    private async Task<PostgresServer?> FromBinariesAsync(PostgresSource source, CancellationToken cancel)
    {
        var search = await BinarySearch.RunAsync(options.Throwaway.BinaryFolders, cancel);
        _tried.AddRange(search.PassedOver);
        if (search.Found is not { } binaries)
        {
            return null;
        }

        var server = await ThrowawayServer.StartAsync(binaries, options.Throwaway, cancel);
        return new PostgresServer(source, server.ConnectionString, $"PostgreSQL {server.Version} at 127.0.0.1:{server.Port}, a throwaway server from {binaries.Folder}", server);
    }

    private async Task<PostgresServer?> FromDockerAsync(CancellationToken cancel)
    {
        if (options.Docker is not { } docker)
        {
            return null;
        }

        options.Say("No PostgreSQL server binaries here; starting one in Docker.");
        try
        {
            var server = await docker.StartAsync(cancel);
            return new PostgresServer(PostgresSource.Docker, server.ConnectionString, $"PostgreSQL in Docker: {server.Description}", server.Container);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            _tried.Add($"Docker did not start one ({e.Message.ReplaceLineEndings(" ").Trim()})");
            return null;
        }
    }

    private async Task<PostgresServer?> FromPackageAsync(CancellationToken cancel)
    {
        if (!options.InstallPackage || !options.Package.CanInstall)
        {
            return null;
        }

        options.Say($"No PostgreSQL server here; installing {options.Package.Name}.");
        if (await options.Package.InstallAsync(cancel) is { } failure)
        {
            _tried.Add($"{options.Package.Name} could not be installed ({failure})");
            return null;
        }

        return await FromBinariesAsync(PostgresSource.Package, cancel);
    }

    private PostgresNotFoundException NotFound() => new(
        "There is no PostgreSQL server to run against. Any of these three ways helps: "
        + $"(1) set {PostgresServer.Variable} to the connection string of one; "
        + $"(2) install PostgreSQL {BinarySearch.OldestMajorVersion} or newer, its server binaries suffice (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17); "
        + "(3) start Docker."
        + (_tried.Count == 0 ? "" : " Tried: " + string.Join("; ", _tried) + "."));

    // The texts of a server's errors can quote what was sent, a password never; the state is enough to act on.
    private static string Reason(NpgsqlException e) => e is PostgresException refused ? $"SQLSTATE {refused.SqlState}" : e.InnerException?.Message ?? e.Message;
}
