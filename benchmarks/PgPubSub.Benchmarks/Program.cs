using PgPubSub.Benchmarks;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Benchmarks.Processes;
using PgPubSub.Testing;

// One executable: the run that a person starts, and the nodes in processes of their own that the run starts.
if (args is [Roles.Word, var role, var schema, .. var details])
    return await Roles.PlayAsync(Enum.Parse<Role>(role), schema, details);
try
{
    var command = BenchCommand.Parse(args);
    var connectionString = Environment.GetEnvironmentVariable(PostgresServer.Variable)
        ?? throw new ArgumentException($"{PostgresServer.Variable} is not set: ./bench finds or starts a server and sets it.");
    return await BenchRun.RunAsync(command, connectionString, Console.Out.WriteLine, Console.Error.WriteLine) ? 0 : 1;
}
catch (Exception e) when (e is ArgumentException or CheckFailedException)
{
    Console.Error.WriteLine("error: " + e.Message);
    Console.Error.WriteLine(BenchCommand.Usage);
    return 2;
}
