using Npgsql;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Tests.Runs;

namespace PgPubSub.Cli.Tests.Connections;

public sealed class ConnectionSpec : CliSpec
{
    private const string Nowhere = "Host=127.0.0.1;Port=1";

    [Fact]
    public async Task The_option_comes_before_the_variable_and_that_before_those_of_libpq()
    {
        await Store.MigrateAsync();
        var libpq = Libpq();
        var wrong = new Dictionary<string, string>(libpq) { ["PGPORT"] = "1" };

        Assert.Equal(0, (await CliRun.StartAsync(libpq, "topics", "--schema", Schema)).ExitCode);
        Assert.Equal(3, (await CliRun.StartAsync(wrong, "topics", "--schema", Schema)).ExitCode);
        Assert.Equal(0, (await CliRun.StartAsync(new Dictionary<string, string>(wrong) { ["PGPUBSUB_CONNECTION"] = Server }, "topics", "--schema", Schema)).ExitCode);
        Assert.Equal(3, (await CliRun.StartAsync(new Dictionary<string, string>(libpq) { ["PGPUBSUB_CONNECTION"] = Nowhere }, "topics", "--schema", Schema)).ExitCode);
        Assert.Equal(0, (await CliRun.StartAsync(new Dictionary<string, string> { ["PGPUBSUB_CONNECTION"] = Nowhere }, "topics", "--schema", Schema, "--connection", Server)).ExitCode);
    }

    [Theory]
    [InlineData("Host=localhost:5432;Database=d", "PGDATABASE=d")]
    [InlineData("Host=a:7", "PGHOST=a", "PGPORT=7")]
    [InlineData("Host=a:7,b:7", "PGHOST=a,b", "PGPORT=7")]
    [InlineData("Host=a:7,b:5432", "PGHOST=a,b", "PGPORT=7,")]
    [InlineData("Host=a:5432;SSL Mode=VerifyFull;Timeout=3", "PGHOST=a", "PGPORT=", "PGSSLMODE=verify-full", "PGCONNECT_TIMEOUT=3")]
    [InlineData("Host=a:5432;Timeout=0", "PGHOST=a", "PGCONNECT_TIMEOUT=-1")]
    public void Variables_of_libpq_that_npgsql_does_not_read_are_read(string expected, params string[] variables) =>
        Assert.Equal(new NpgsqlConnectionStringBuilder(expected).ConnectionString, Make(variables));

    [Theory]
    [InlineData("PGPORT is not a port.", "PGHOST=a", "PGPORT=x")]
    [InlineData("PGPORT is not a port.", "PGHOST=a", "PGPORT=70000")]
    [InlineData("PGPORT must have one port, or as many as PGHOST has hosts.", "PGHOST=a,b,c", "PGPORT=1,2")]
    [InlineData("PGSSLMODE must be disable, allow, prefer, require, verify-ca or verify-full.", "PGHOST=a", "PGSSLMODE=full")]
    [InlineData("PGCONNECT_TIMEOUT is not a number of seconds.", "PGHOST=a", "PGCONNECT_TIMEOUT=x")]
    public void A_variable_that_is_wrong_is_named(string said, params string[] variables)
    {
        var refused = Assert.Throws<CommandException>(() => Make(variables));

        Assert.Equal((ExitCode.Usage, said), (refused.ExitCode, refused.Message));
    }

    private static string Make(string[] variables)
    {
        var environment = variables.Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => one[1]);
        return ConnectionChoice.Make(null, name => environment.GetValueOrDefault(name));
    }

    private Dictionary<string, string> Libpq()
    {
        var server = new NpgsqlConnectionStringBuilder(Server);
        var environment = new Dictionary<string, string>
        {
            ["PGHOST"] = server.Host!, ["PGPORT"] = $"{server.Port}", ["PGDATABASE"] = server.Database!, ["PGUSER"] = server.Username!, ["PGSSLMODE"] = "prefer",
        };
        if (server.Password is { } password)
            environment["PGPASSWORD"] = password;
        return environment;
    }
}
