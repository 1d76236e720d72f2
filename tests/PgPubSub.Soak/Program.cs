using System.Globalization;
using PgPubSub.Soak;
using PgPubSub.Testing;

// Steady load for minutes; fails where something that must stay flat grows.
if (args is not ([_] or [_, "--report", _]) || !double.TryParse(args[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) || minutes is not (>= 0.5 and <= 10_000)
    || Environment.GetEnvironmentVariable(PostgresServer.Variable) is not { Length: > 0 } connectionString)
{
    Console.Error.WriteLine($"usage, with {PostgresServer.Variable} set: MINUTES [--report FILE]   from 0.5; under 8 the first two minutes, or half, warm up");
    return 64;
}

var length = TimeSpan.FromMinutes(minutes);
var all = await SoakRun.RunAsync(connectionString, length, Console.Error.WriteLine);
var table = Report.TableOf(all, length);
Console.Write(table);
if (args is [_, _, var file])
    await File.WriteAllTextAsync(file, Report.Into(File.Exists(file) ? await File.ReadAllTextAsync(file) : "", table));
return all.All(one => one.IsFlat) ? 0 : 1;
