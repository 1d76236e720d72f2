using Npgsql;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Faults.Disks;
using PgPubSub.Chaos.Faults.Limits;
using PgPubSub.Chaos.Faults.Network;
using PgPubSub.Chaos.Faults.Poolers;
using PgPubSub.Chaos.Faults.Standbys;
using PgPubSub.Chaos.Faults.Strangers;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Tests.Faults;

/// <summary>Each fault does to plain traffic what it says, takes nothing that was confirmed, and leaves a server that works.</summary>
public sealed class FaultsSpec
{
    public static TheoryData<string> Names => [.. FaultList.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_fault_that_did_not_strike_has_no_proof(string name)
    {
        await using var fault = FaultList.All.Single(entry => entry.Name == name).Make(new Terms(1, Long: false));
        Assert.Equal(name, fault.Name);
        Assert.Throws<FaultDidNotStrikeException>(fault.Proof);
    }

    [Fact]
    public async Task Strangers_hold_rows_and_the_table_and_let_go()
    {
        await using var struck = await Struck.ByAsync(new StrangersFault(), TimeSpan.FromSeconds(4));
        Assert.Empty(struck.Failures); // they only wait
        Assert.Empty(struck.Lost);
        Assert.Contains("waiting", struck.Proof, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_server_refuses_everybody_and_has_places_again()
    {
        await using var struck = await Struck.ByAsync(new FullServerFault(), TimeSpan.FromSeconds(2), PostgresErrorCodes.TooManyConnections, PostgresErrorCodes.AdminShutdown);
        Assert.Contains(PostgresErrorCodes.TooManyConnections, struck.Failures);
        Assert.Contains(PostgresErrorCodes.AdminShutdown, struck.Failures);
        Assert.Empty(struck.Lost);
    }

    [Fact]
    public async Task The_network_loses_sessions_and_serves_new_ones()
    {
        await using var struck = await Struck.ByAsync(new NetworkFault(), TimeSpan.FromSeconds(6), "gone");
        Assert.Contains("gone", struck.Failures);
        Assert.Empty(struck.Lost);
    }

    [FactOfFault(nameof(PoolerFault))]
    public async Task A_pooler_that_is_killed_loses_its_sessions_and_comes_back()
    {
        await using var struck = await Struck.ByAsync(new PoolerFault(), TimeSpan.FromSeconds(3), "gone");
        Assert.Contains("gone", struck.Failures);
        Assert.Empty(struck.Lost);
    }

    [FactOfFault(nameof(FullDiskFault))]
    public async Task A_full_disk_refuses_writes_and_takes_them_again_when_it_is_freed()
    {
        await using var struck = await Struck.ByAsync(new FullDiskFault(), TimeSpan.FromSeconds(2));
        Assert.Contains(struck.Failures, failure => failure is PostgresErrorCodes.DiskFull or "gone");
        Assert.Empty(struck.Lost);
    }

    [Fact]
    public async Task A_synchronous_standby_has_all_that_was_confirmed_and_answers_at_the_same_address()
    {
        await using var struck = await Struck.ByAsync(new FailoverFault(), TimeSpan.FromSeconds(3), "gone");
        Assert.Contains("gone", struck.Failures);
        Assert.Empty(struck.Lost);
        Assert.Contains("timeline 2", struck.Proof, StringComparison.Ordinal);
    }
}
