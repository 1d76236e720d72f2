using System.Reflection;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Testing.Tests.Lossy;

/// <summary>Nothing of the stores gets past the plan: an operation that is new in an interface is a case here by itself.</summary>
public sealed class EveryOperationSpec
{
    private static readonly Type[] Stores =
        [.. typeof(ILogStore).Assembly.GetTypes().Where(type => type is { IsInterface: true, Namespace: "PgPubSub.Core.Stores" } && type != typeof(IWakeupLine))];

    public static TheoryData<string, string> Operations()
    {
        var data = new TheoryData<string, string>();
        foreach (var store in Stores)
            Array.ForEach(store.GetMethods(), method => data.Add(store.Name, method.Name));
        return data;
    }

    [Fact]
    public void There_are_seven_stores_and_no_two_operations_share_a_name()
    {
        Assert.Equal(7, Stores.Length);
        Assert.Equal(Operations().Count(), Stores.SelectMany(store => store.GetMethods()).Select(method => method.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_call_reaches_the_store_once_and_as_it_was_made(string store, string operation)
    {
        var (plan, bystander, method, arguments) = (new LossyPlan(1, LossRates.None), Make(store), Method(store, operation), Arguments(Method(store, operation)));

        await (Task)method.Invoke(Over(plan, bystander, store), arguments)!;

        var seen = Assert.Single(((Bystander)bystander).Seen);
        Assert.Equal(method, seen.Method);
        Assert.Equal(arguments, seen.Arguments);
        Assert.Equal(1, plan.Calls(operation));
        Assert.Empty(plan.Struck);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_call_that_is_lost_on_its_way_does_nothing(string store, string operation)
    {
        var (plan, bystander, method) = (new LossyPlan(1, new LossRates { Unsent = 1 }), Make(store), Method(store, operation));

        var lost = await Assert.ThrowsAsync<StoreException>(() => (Task)method.Invoke(Over(plan, bystander, store), Arguments(method))!);

        Assert.Equal(FaultKind.Transient, lost.Kind);
        Assert.Empty(((Bystander)bystander).Seen);
        Assert.Equal(1, plan.Count(Loss.Unsent, operation));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task In_an_outage_no_call_reaches_the_store(string store, string operation)
    {
        var (plan, bystander, method) = (new LossyPlan(1, LossRates.None), Make(store), Method(store, operation));

        plan.BeginOutage();
        var lost = await Assert.ThrowsAsync<StoreException>(() => (Task)method.Invoke(Over(plan, bystander, store), Arguments(method))!);
        Assert.True(lost.Kind is FaultKind.Transient or FaultKind.Unknown);
        Assert.Empty(((Bystander)bystander).Seen);

        plan.EndOutage();
        await (Task)method.Invoke(Over(plan, bystander, store), Arguments(method))!;
        Assert.Single(((Bystander)bystander).Seen);
        Assert.Equal(1, plan.Count(Loss.Outage, operation));
    }

    private static MethodInfo Method(string store, string operation) => Stores.Single(type => type.Name == store).GetMethod(operation)!;

    private static object Make(string store) => DispatchProxy.Create(Stores.Single(type => type.Name == store), typeof(Bystander));

    private static object Over(LossyPlan plan, object bystander, string store) =>
        typeof(LossyPlan).GetMethod(nameof(LossyPlan.Over), [Stores.Single(type => type.Name == store)])!.Invoke(plan, [bystander])!;

    private static object?[] Arguments(MethodInfo method) =>
        [.. method.GetParameters().Select(parameter => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)];
}
