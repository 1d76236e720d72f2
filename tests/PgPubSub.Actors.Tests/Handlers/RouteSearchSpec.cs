using PgPubSub.Actors.Handlers;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors.Tests.Handlers;

public sealed class RouteSearchSpec
{
    private static readonly EventTypeMap Types = new EventTypeNames().Add<Placed>("placed").Add<Shipped>("shipped").Add<Express>("express").Add<Refund>("refund").Freeze();

    [Fact]
    public async Task The_most_specific_handler_takes_a_registered_type_which_is_read_as_what_it_is()
    {
        var called = new List<string>();
        var routes = RouteSearch.Of(
            new EventHandlers().On<IOrder>(Note<IOrder>).On<Shipped>(Note<Shipped>).On<Unregistered>(Note<Unregistered>).On<Marked>(Note<Marked>).All, Types);

        Assert.Equal((typeof(Placed), typeof(Shipped), typeof(Express)), (routes.Of("placed")!.Type, routes.Of("shipped")!.Type, routes.Of("express")!.Type));
        foreach (var (name, value) in new (string, object)[] { ("placed", new Placed()), ("shipped", new Shipped()), ("express", new Express()), ("route.marked", new Marked()) })
            await (await routes.Of(name)!.Source.OpenAsync()).HandleAsync(value, null!, default);
        Assert.Equal(["IOrder", "Shipped", "Shipped", "Marked"], called);
        Assert.Equal(typeof(Unregistered), routes.Of(typeof(Unregistered).ToString())!.Type);
        Assert.Null(routes.Of("other"));
        Assert.Null(routes.Of(typeof(Placed).ToString()));

        Task Note<T>(T value, Delivery delivery, CancellationToken stop)
        {
            called.Add(typeof(T).Name);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var handlers = new EventHandlers().On<IOrder>(Nothing).On<IPaid>(Nothing).On<Placed>(Nothing).On<Placed>(Nothing).On<IDisposable>(Nothing).On<Taker>(Nothing).All;

        var problems = Assert.Throws<PgPubSubConfigurationException>(() => RouteSearch.Of(handlers, Types)).Problems;

        Assert.Equal(4, problems.Count);
        Assert.Contains($"There are several handlers of {typeof(Placed)}.", problems);
        Assert.Contains($"Several handlers could take {typeof(Refund)}, and none is the most specific: those of {typeof(IOrder)}, {typeof(IPaid)}.", problems);
        Assert.Contains($"The handler of {typeof(IDisposable)} takes nothing: no registered event type is assignable to it.", problems);
        Assert.Contains($"Events of {typeof(Taker)} would travel under the name placed, which is that of {typeof(Placed)}.", problems);
    }

    [Fact]
    public void A_handler_of_the_ambiguous_type_itself_settles_it() =>
        Assert.Equal(typeof(Refund), RouteSearch.Of(new EventHandlers().On<IOrder>(Nothing).On<IPaid>(Nothing).On<Refund>(Nothing).All, Types).Of("refund")!.Type);

    [Fact]
    public void No_handlers_are_refused() =>
        Assert.Contains("no handlers", Assert.Single(Assert.Throws<PgPubSubConfigurationException>(() => RouteSearch.Of([], Types)).Problems), StringComparison.Ordinal);

    private static Task Nothing<T>(T value, Delivery delivery, CancellationToken stop) => Task.CompletedTask;

    private interface IOrder;

    private interface IPaid;

    private sealed record Placed : IOrder;

    private record Shipped : IOrder;

    private sealed record Express : Shipped;

    private sealed record Refund : IOrder, IPaid;

    private sealed record Unregistered;

    [EventType("route.marked")]
    private sealed record Marked;

    [EventType("placed")]
    private sealed record Taker;
}
