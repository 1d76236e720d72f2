using PgPubSub.Actors;
using PgPubSub.Testing;
using Shop;

// What comes of the packages in a program that knows nothing else, one line each: in memory, and on the PostgreSQL that PGPUBSUB_CONNECTION names, in the schema of the argument.
using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
Console.WriteLine($".NET {Environment.Version.Major}");
Console.WriteLine($"conformance: {await Conformance.RunAsync("R1")}");
Console.WriteLine($"in memory: {await Orders.RunAsync(options => options.UseInMemory(), patience.Token)}");
if (Environment.GetEnvironmentVariable(PostgresServer.Variable) is { Length: > 0 } connectionString)
    Console.WriteLine($"PostgreSQL: {await Orders.RunAsync(options => (options.ConnectionString, options.Schema) = (connectionString, args[0]), patience.Token)}");
