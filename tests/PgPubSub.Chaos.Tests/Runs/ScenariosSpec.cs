using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Runs;
using PgPubSub.Chaos.Scenes;
using Xunit.Abstractions;

namespace PgPubSub.Chaos.Tests.Runs;

/// <summary>
/// The short form of every scenario, on the server binaries of this machine. Where one fails, its journals stay and the output says where. The two classes that hold them are played
/// beside each other: one waits while the other works.
/// </summary>
public abstract class ScenariosSpec(ITestOutputHelper output)
{
    protected async Task PlayAsync(string name)
    {
        var terms = new Terms(Random.Shared.Next(1, 1_000_000), Long: false);
        var folder = Directory.CreateTempSubdirectory("pgpubsub-chaos-").FullName;
        output.WriteLine($"seed {terms.Seed}, journals in {folder}");
        var outcome = await ChaosRun.PlayAsync(FaultList.All.Single(fault => fault.Name == name).Make(terms), terms, folder);

        output.WriteLine(outcome.Line());
        Assert.Empty(outcome.Breaches);
        Directory.Delete(folder, recursive: true);
    }
}
