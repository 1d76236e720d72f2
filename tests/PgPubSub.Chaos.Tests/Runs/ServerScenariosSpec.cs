using Xunit.Abstractions;

namespace PgPubSub.Chaos.Tests.Runs;

/// <summary>What goes wrong with the server.</summary>
public sealed class ServerScenariosSpec(ITestOutputHelper output) : ScenariosSpec(output)
{
    public static TheoryData<string> Names => ["restarts", "backends", "strangers", "full-server", "full-disk", "server-clock", "failover"];

    [TheoryOfServerBinaries]
    [MemberData(nameof(Names))]
    public Task Nothing_confirmed_is_lost_whatever_goes_wrong(string name) => PlayAsync(name);
}
