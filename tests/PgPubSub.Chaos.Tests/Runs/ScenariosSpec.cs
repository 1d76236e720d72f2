using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Runs;
using PgPubSub.Chaos.Scenes;
using Xunit.Abstractions;

namespace PgPubSub.Chaos.Tests.Runs;

/// <summary>The short form of every scenario, on the server binaries of this machine. Where one fails, its journals stay and the output says where.</summary>
public sealed class ScenariosSpec(ITestOutputHelper output)
{
    // Of the others only the faults themselves have specs here; `./test --chaos` plays all.
    public static TheoryData<string> Names => ["restarts", "backends", "kills", "freezes"];

    [TheoryOfServerBinaries]
    [MemberData(nameof(Names))]
    public async Task Nothing_confirmed_is_lost_whatever_goes_wrong(string name)
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
