using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Npgsql;
using PgPubSub.Actors.Tests.Documents;
using PgPubSub.Postgres;

namespace PgPubSub.Actors.Tests.Privileges;

/// <summary>A schema made by one of three roles, with the rights of docs/roles.sql.</summary>
public abstract class RoleSpec : HubSpec
{
    private readonly List<ActorSystem> _systems = [];

    protected static IReadOnlyList<string> Roles { get; } = ["migrate", "publish", "consume"];

    protected IReadOnlyList<ActorSystem> Systems => _systems;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync(); // its own hub is the administrator's
        await RunAsync(string.Join("; ", Roles.Select(role => $"CREATE ROLE {Name(role)} LOGIN PASSWORD 'x'")));
        // As docs/security.md says.
        await RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE; CREATE SCHEMA {Schema} AUTHORIZATION {Name("migrate")}");
        await using (var store = Store("migrate", migrate: true))
            await store.MigrateAsync();
        await GrantAsync();
        await RunAsync($"INSERT INTO {Schema}.topic (name) VALUES ('orders')");
    }

    public override async Task DisposeAsync()
    {
        foreach (var system in _systems)
            await system.Terminate();
        await base.DisposeAsync();
        await RunAsync(string.Join("; ", Roles.Select(role => $"DROP OWNED BY {Name(role)}; DROP ROLE {Name(role)}")));
    }

    // Nothing is to begin before the schema is the migrate role's.
    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.AutoMigrate, options.Schema) = (false, Schema + "_none");
        return options;
    }

    protected string Name(string role) => $"{Schema}_{role}";

    protected string As(string role) => new NpgsqlConnectionStringBuilder(ConnectionString) { Username = Name(role), Password = "x" }.ConnectionString;

    protected PostgresStore Store(string role, bool migrate = false) =>
        new(new PostgresStoreOptions { ConnectionString = As(role), Schema = Schema, AutoMigrate = migrate });

    protected IActorRef Start(string role)
    {
        var system = ActorSystem.Create(role, "akka.loglevel = WARNING");
        _systems.Add(system);
        return PgPubSubHub.Start(system, new PgPubSubOptions { ConnectionString = As(role), Schema = Schema, AutoMigrate = false, DrainTimeout = TimeSpan.Zero });
    }

    protected async Task<TestProbe> SubscribeAsync(IActorRef hub, Subscribe request)
    {
        var probe = CreateTestProbe();
        hub.Tell(request with { Consumer = probe }, probe);
        await probe.ExpectMsgAsync<Subscribed>(Patience);
        return probe;
    }

    /// <summary>Runs the script as its owner does: what psql makes of it, whose variables are identifiers.</summary>
    protected async Task GrantAsync()
    {
        var script = new StringBuilder(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "roles.sql"))).Replace(":\"schema\"", $"\"{Schema}\"");
        foreach (var role in Roles)
            script.Replace($":\"{role}\"", $"\"{Name(role)}\"");
        Assert.Null(await FailureAsync("migrate", script.ToString()));
    }

    /// <summary>The SQLSTATE of what a role is refused; null where it is not.</summary>
    protected async Task<string?> StateAsync(string role, string sql) =>
        await FailureAsync(role, string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, Schema)) is { } failure
            ? Assert.IsType<PostgresException>(failure).SqlState : null;

    private async Task<Exception?> FailureAsync(string role, string sql)
    {
        await using var connection = new NpgsqlConnection(As(role));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await Record.ExceptionAsync(() => command.ExecuteNonQueryAsync());
    }
}
