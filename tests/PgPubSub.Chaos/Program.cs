using PgPubSub.Chaos.Roles;
using PgPubSub.Chaos.Runs;

// One executable: the run that a person starts, and the nodes in processes of their own that the run starts.
if (Casting.Parse(args) is { } casting)
    return await Worker.PlayAsync(casting);
try
{
    return await ChaosRun.RunAsync(ChaosCommand.Parse(args), Console.Out.WriteLine) ? 0 : 1;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine("error: " + e.Message);
    Console.Error.WriteLine(ChaosCommand.Usage);
    return 2;
}
