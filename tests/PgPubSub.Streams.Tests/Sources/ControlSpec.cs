using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Sources;

public sealed class ControlPostgresSpec : ControlSpec;

public sealed class ControlInMemorySpec : ControlSpec
{
    protected override bool InMemory => true;
}

/// <summary>Sources under what Akka.Streams and Akka offer to stop them.</summary>
public abstract class ControlSpec : StreamSpec
{
    private static readonly RestartSettings Soon = RestartSettings.Create(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10), 0);

    // Without it nothing would be waited for, and the hub would give back what is out.
    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.DrainTimeout = TimeSpan.FromSeconds(3);
        return options;
    }

    [Fact]
    public async Task A_kill_switch_ends_it_and_what_was_emitted_may_still_be_settled()
    {
        await PublishAsync("t", 0, 1, 2);
        var ((control, killSwitch), probe) = PgPubSubSource.Group(Sys, "t", "g").ViaMaterialized(KillSwitches.Single<Committable>(), Keep.Both)
            .ToMaterialized(this.SinkProbe<Committable>(), Keep.Both).Run(Materializer);
        await probe.RequestAsync(1);
        var held = await probe.ExpectNextAsync(Patience);

        killSwitch.Shutdown();
        await probe.ExpectCompleteAsync();
        await control.Completion.WaitAsync(Patience);
        held.Ack();
        await control.DrainAndShutdown().WaitAsync(Patience);

        await UntilGroupAsync("t", "g", group => group is { InFlight: 0, Retrying: 2 });
    }

    [Fact]
    public async Task A_kill_switch_that_aborts_gives_everything_back()
    {
        await PublishAsync("t", 0);
        var ((control, killSwitch), probe) = PgPubSubSource.Group(Sys, "t", "g").ViaMaterialized(KillSwitches.Single<Committable>(), Keep.Both)
            .ToMaterialized(this.SinkProbe<Committable>(), Keep.Both).Run(Materializer);
        await probe.RequestAsync(1);
        await probe.ExpectNextAsync(Patience);

        killSwitch.Abort(new InvalidOperationException("no"));
        await probe.ExpectErrorAsync();
        await control.DrainAndShutdown().WaitAsync(Patience);

        await UntilGroupAsync("t", "g", group => group is { InFlight: 0, Retrying: 1 });
    }

    [Fact]
    public async Task A_materializer_that_is_shut_down_gives_everything_back()
    {
        await PublishAsync("t", 0);
        var materializer = ActorMaterializer.Create(Sys);
        var (control, probe) = PgPubSubSource.Group(Sys, "t", "g").ToMaterialized(this.SinkProbe<Committable>(), Keep.Both).Run(materializer);
        await probe.RequestAsync(1);
        await probe.ExpectNextAsync(Patience);

        materializer.Shutdown();
        await Assert.ThrowsAsync<AbruptStageTerminationException>(() => control.Completion.WaitAsync(Patience));
        await control.DrainAndShutdown().WaitAsync(Patience);

        await UntilGroupAsync("t", "g", group => group is { InFlight: 0, Retrying: 1 });
    }

    [Fact]
    public async Task Coordinated_shutdown_lets_a_stream_settle_what_it_has()
    {
        await PublishAsync("t", 0, 1);
        var (control, probe) = Run(PgPubSubSource.Group(Sys, "t", "g"));
        await probe.RequestAsync(1);
        var held = await probe.ExpectNextAsync(Patience);
        var other = ActorSystem.Create("other", "akka.loglevel = WARNING");
        var hub = PgPubSubHub.Start(other, Options());

        var over = CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await probe.ExpectCompleteAsync();
        Assert.False(over.IsCompleted);
        held.Ack();
        await over.WaitAsync(Patience);

        await control.Completion.WaitAsync(Patience);
        var groups = await hub.Ask<GroupList>(new ListGroups("t", "g"), Patience);
        Assert.Equal((0, 1), (groups.Groups[0].InFlight, groups.Groups[0].Retrying));
        await CoordinatedShutdown.Get(other).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
    }

    [Fact]
    public async Task Within_a_restart_source_a_member_that_failed_is_a_member_again()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));
        var (failures, missing, all) = (0, Enumerable.Range(0, 20).ToHashSet(), new TaskCompletionSource());
        var killSwitch = RestartSource.OnFailuresWithBackoff(
                () => PgPubSubSource.Group<Number>(Sys, "t", "g").Select(committable =>
                {
                    if (committable.Value.Value % 7 == 3 && committable.Handle.Attempt == 1 && failures++ >= 0)
                        throw new InvalidOperationException("no");
                    committable.Handle.Ack();
                    return committable.Value.Value;
                }),
                Soon)
            .ViaMaterialized(KillSwitches.Single<int>(), Keep.Right)
            .To(Sink.ForEach<int>(n =>
            {
                if (missing.Remove(n) && missing.Count == 0)
                    all.SetResult();
            })).Run(Materializer);

        await all.Task.WaitAsync(Patience);
        killSwitch.Shutdown();
        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task A_stream_that_is_started_again_is_drained_by_one_handle()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));
        var (failures, missing, all) = (0, Enumerable.Range(0, 20).ToHashSet(), new TaskCompletionSource());
        var (control, over) = PgPubSubSource.Restarting(Soon, () => PgPubSubSource.Group<Number>(Sys, "t", "g")
                .Select(committable =>
                {
                    if (committable.Value.Value % 7 == 3 && committable.Attempt == 1 && failures++ >= 0)
                        throw new InvalidOperationException("no");
                    if (missing.Remove(committable.Value.Value) && missing.Count == 0)
                        all.SetResult();
                    return committable;
                })
                .Via(PgPubSubFlow.Commit<Committable<Number>>(Sys)))
            .ToMaterialized(Sink.Ignore<CommitBatch>(), Keep.Both).Run(Materializer);

        await control.Started.WaitAsync(Patience);
        await all.Task.WaitAsync(Patience);
        await control.DrainAndShutdown().WaitAsync(Patience);
        await over.WaitAsync(Patience);

        Assert.Equal(3, failures);
        await control.Completion.WaitAsync(Patience);
        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task A_stream_that_rests_between_two_starts_can_be_stopped()
    {
        var rest = RestartSettings.Create(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 0);
        await PublishAsync("t", 0);
        var failed = new TaskCompletionSource();
        var control = PgPubSubSource.Restarting(rest, () => PgPubSubSource.Group(Sys, "t", "g").Select<Committable, int, ISourceControl>(_ => throw new InvalidOperationException("no")).WatchTermination((source, done) =>
        {
            done.ContinueWith(_ => failed.TrySetResult(), TaskScheduler.Default);
            return source;
        })).To(Sink.Ignore<int>()).Run(Materializer);
        await failed.Task.WaitAsync(Patience);

        await control.DrainAndShutdown().WaitAsync(Patience);

        await control.Completion.WaitAsync(Patience);
    }
}
