using System.Diagnostics;
using Npgsql;
using PgPubSub.Docker;
using PgPubSub.Packages.Tests.Packing;
using PgPubSub.Packages.Tests.Processes;

namespace PgPubSub.Packages.Tests.Strangers;

/// <summary>An application that begins with the template, as its README says.</summary>
[Collection(PackagesCollection.Name)]
public sealed class TemplateSpec(PackedPackages packages)
{
    [Fact]
    public async Task An_application_from_the_template_builds_and_its_test_passes_and_it_works()
    {
        var folder = packages.NewFolder("applications");
        string[] hive = ["--debug:custom-hive", packages.NewFolder("hive")]; // what the user has installed is left alone
        await Command.RunAsync(folder, "dotnet", ["new", "install", Path.Combine(packages.Source, $"PgPubSub.Templates.{packages.Version}.nupkg"), .. hive]);
        await Command.RunAsync(folder, "dotnet", ["new", "pgpubsub-worker", "--name", "Invoicing", .. hive]);

        var application = Path.Combine(folder, "Invoicing");
        var files = Directory.EnumerateFiles(application, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(application, file).Replace('\\', '/')).ToList();
        Assert.All(["README.md", ".gitignore", "docker-compose.yml", "Invoicing.slnx", "src/Invoicing/Program.cs", "tests/Invoicing.Tests/OrdersSpec.cs"], file => Assert.Contains(file, files));
        Assert.DoesNotContain(files, file => file.Contains("PgPubSubWorker", StringComparison.Ordinal) || File.ReadAllText(Path.Combine(application, file)).Contains("PgPubSubWorker", StringComparison.Ordinal));

        var said = await Command.RunAsync(application, "dotnet", "test", "--logger", "console;verbosity=detailed", "-nologo");
        Assert.Contains("Passed Invoicing.Tests.OrdersSpec.An_order_that_was_placed_gets_its_invoice", said, StringComparison.Ordinal);
        await HandlesOnPostgresAsync(Path.Combine(application, "src", "Invoicing", "bin", "Debug", "net10.0"));
    }

    private static async Task HandlesOnPostgresAsync(string folder)
    {
        var server = await TestServers.SharedAsync();
        var database = $"invoicing_{Guid.NewGuid():N}";
        await RunAsync(server.ConnectionString, $"CREATE DATABASE {database}");
        var start = new ProcessStartInfo("dotnet", ["exec", "Invoicing.dll"]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__Orders"] = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database }.ConnectionString;
        using var worker = Process.Start(start)!;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            string? line;
            do
                line = await worker.StandardOutput.ReadLineAsync(patience.Token);
            while (line?.Contains("Invoice ", StringComparison.Ordinal) == false);
            Assert.NotNull(line); // null: it ended before it had handled anything
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
            await RunAsync(server.ConnectionString, $"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
