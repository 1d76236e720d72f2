using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Listening;
using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Faults;

namespace PgPubSub.Actors.Tests.Listening;

/// <summary>What the listener tells operators and its node, whatever becomes of its line.</summary>
public sealed class NotifyListenerSpec : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ScriptedWakeups _store = new();
    private readonly TestProbe _parent;
    private readonly TestProbe _log;

    public NotifyListenerSpec()
        : base("akka.loglevel = INFO")
    {
        (_parent, _log) = (CreateTestProbe(), CreateTestProbe());
        Sys.EventStream.Subscribe(_log, typeof(Warning));
        Sys.EventStream.Subscribe(_log, typeof(Info));
    }

    [Theory]
    [InlineData(ListenMode.Auto)]
    [InlineData(ListenMode.On)]
    public async Task An_outage_is_one_line_at_its_begin_and_one_at_its_end_however_many_attempts_fail(ListenMode mode)
    {
        Start(mode);
        (await _store.OpenNextAsync()).Break();
        for (var i = 0; i < 4; i++)
            await _store.FailNextAsync();
        await _store.OpenNextAsync();

        Assert.Equal(["Wake-ups are not heard, polling goes on: it broke", "Wake-ups are heard again"], [await SaidAsync(), await SaidAsync()]);
        await _parent.FishForMessageAsync(m => m is PresenceChanged { Held: false }, Patience);
        await _parent.FishForMessageAsync(m => m is PresenceChanged { Held: true }, Patience);
        await _parent.FishForMessageAsync(m => m is CatchUp, Patience);
        Assert.False(_log.HasMessages);
    }

    [Fact]
    public async Task Auto_says_once_that_a_pooler_stands_before_the_server_and_asks_no_more()
    {
        var listener = Start(ListenMode.Auto);
        await _store.DenyNextAsync();
        Assert.Contains("A pooler stands before the server", await SaidAsync(), StringComparison.Ordinal);
        Assert.False((await _parent.ExpectMsgAsync<ListenerBecame>(Patience)).Hears);
        await _parent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(300)); // six times the first back-off
        Assert.False(_store.IsAsked);

        listener.Tell(new NodeBecame(Guid.NewGuid()), _parent);
        await _store.DenyNextAsync();
        listener.Tell(new NodeBecame(Guid.NewGuid()), _parent);
        await _store.OpenNextAsync();
        await _parent.FishForMessageAsync(m => m is CatchUp, Patience);
        Assert.False(_log.HasMessages);
    }

    [Fact]
    public async Task On_is_not_well_behind_a_pooler_until_it_hears()
    {
        Start(ListenMode.On);
        await _store.DenyNextAsync();
        Assert.Contains("pooler", (await HealthAsync()).Problem, StringComparison.Ordinal);
        await _store.DenyNextAsync();
        await _store.OpenNextAsync();
        await _parent.FishForMessageAsync(m => m is HealthChanged { Problem: null }, Patience);
    }

    [Theory]
    [InlineData(ListenMode.Auto, FaultKind.Transient, false)]
    [InlineData(ListenMode.On, FaultKind.Transient, true)]
    [InlineData(ListenMode.Auto, FaultKind.Schema, true)]
    public async Task Not_to_hear_is_a_problem_where_it_is_insisted_on_or_an_operator_is_needed(ListenMode mode, FaultKind kind, bool problem)
    {
        Start(mode);
        await _store.FailNextAsync(kind);
        await SaidAsync();
        await _store.OpenNextAsync();

        Assert.Equal(problem ? ["Wake-ups are not heard: it is down", null] : Array.Empty<string?>(), await UntilCaughtUpAsync());
    }

    private IActorRef Start(ListenMode mode)
    {
        var settings = new PgPubSubOptions { ConnectionString = "Host=h", Listen = mode }.Freeze();
        var listener = _parent.ChildActorOf(NotifyListenerActor.Props(_store, settings, TimeProvider.System));
        listener.Tell(new NodeBecame(Guid.NewGuid()), _parent);
        return listener;
    }

    private async Task<HealthChanged> HealthAsync() => (HealthChanged)await _parent.FishForMessageAsync(m => m is HealthChanged, Patience);

    private async Task<string> SaidAsync() => ((Akka.Event.LogEvent)await _log.FishForMessageAsync(m => m is Akka.Event.LogEvent, Patience)).Message.ToString()!;

    private async Task<IReadOnlyList<string?>> UntilCaughtUpAsync()
    {
        var problems = new List<string?>();
        await _parent.FishForMessageAsync(
            m =>
            {
                if (m is HealthChanged health)
                    problems.Add(health.Problem);
                return m is CatchUp;
            },
            Patience);
        return problems;
    }
}
