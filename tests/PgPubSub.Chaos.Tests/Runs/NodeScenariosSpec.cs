using Xunit.Abstractions;

namespace PgPubSub.Chaos.Tests.Runs;

/// <summary>What goes wrong with nodes and on the way to the server.</summary>
public sealed class NodeScenariosSpec(ITestOutputHelper output) : ScenariosSpec(output)
{
    public static TheoryData<string> Names => ["kills", "freezes", "network", "pooler", "node-clock"];

    [TheoryOfServerBinaries]
    [MemberData(nameof(Names))]
    public Task Nothing_confirmed_is_lost_whatever_goes_wrong(string name) => PlayAsync(name);
}
