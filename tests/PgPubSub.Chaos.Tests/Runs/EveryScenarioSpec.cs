using PgPubSub.Chaos.Faults;

namespace PgPubSub.Chaos.Tests.Runs;

public sealed class EveryScenarioSpec
{
    [Fact]
    public void Each_fault_has_its_short_form_here()
    {
        IEnumerable<object[]> played = [.. (IEnumerable<object[]>)ServerScenariosSpec.Names, .. (IEnumerable<object[]>)NodeScenariosSpec.Names];

        Assert.Equal(FaultList.All.Select(fault => fault.Name).Order(), played.Select(row => (string)row[0]).Order());
    }
}
