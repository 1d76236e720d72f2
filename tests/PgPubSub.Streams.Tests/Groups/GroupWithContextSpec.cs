using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Tests.Groups;

public sealed class GroupWithContextPostgresSpec : GroupWithContextSpec;

public sealed class GroupWithContextInMemorySpec : GroupWithContextSpec
{
    protected override bool InMemory => true;
}

/// <summary>What operations on an event do with its handle.</summary>
public abstract class GroupWithContextSpec : StreamSpec
{
    // Whatever were left unsettled would come again within the spec.
    private static readonly GroupSourceOptions Hasty = new()
    {
        Rules = GroupRules.Default with { AckDeadline = TimeSpan.FromSeconds(2), Retry = GroupRules.Default.Retry with { First = TimeSpan.Zero } },
    };

    [Fact]
    public async Task What_a_filter_drops_is_settled_once_and_never_comes_again()
    {
        await PublishAsync("t", 0, 1, 2, 3);
        var seen = 0;
        var probe = Run(Source().Select(number =>
        {
            Interlocked.Increment(ref seen);
            return number;
        }).Where(number => number.Value % 2 == 1).WhereNot(number => number.Value == 1));
        await probe.RequestAsync(10);

        var (number, handle) = await probe.ExpectNextAsync(Patience);
        Assert.Equal(3, number.Value);
        handle.Ack();

        await UntilSettledAsync("t", "g");
        await probe.ExpectNoMsgAsync(Hasty.Rules!.AckDeadline * 1.5);
        Assert.Equal(4, seen);
    }

    [Fact]
    public async Task What_is_not_collected_is_settled()
    {
        await PublishAsync("t", 0, 1);
        var probe = Run(Source().Collect(number => number.Value == 1 ? number.Value.ToString() : null));
        await probe.RequestAsync(10);

        var (text, handle) = await probe.ExpectNextAsync(Patience);
        Assert.Equal("1", text);
        handle.Ack();

        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task An_event_that_became_several_is_settled_with_the_last_of_them()
    {
        await PublishAsync("t", 3, 0, 1);
        var probe = Run(Source().SelectConcat(number => Enumerable.Range(0, number.Value)).SelectConcat(n => new[] { n, n }));
        await probe.RequestAsync(100);
        List<Committable> handles = [];
        for (var i = 0; i < 8; i++)
            handles.Add((await probe.ExpectNextAsync(Patience)).Item2);
        Assert.Equal([0, 0, 0, 0, 0, 0, 2, 2], handles.Select(handle => handle.Offset));

        foreach (var handle in handles.Skip(1).Reverse())
            handle.Ack();
        handles[1].Ack(); // again: it is through
        await UntilGroupAsync("t", "g", group => group.InFlight == 1);
        handles[0].Ack();

        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task One_part_that_is_refused_refuses_the_whole()
    {
        await PublishAsync("t", 2);
        var probe = Run(Source().SelectConcat(number => new[] { 0, 1 }));
        await probe.RequestAsync(100);
        var (one, two) = ((await probe.ExpectNextAsync(Patience)).Item2, (await probe.ExpectNextAsync(Patience)).Item2);
        one.Ack();
        two.Nack("no", TimeSpan.Zero);

        var again = (await probe.ExpectNextAsync(Patience)).Item2;
        Assert.Equal(2, again.Attempt);
        again.Ack();
        (await probe.ExpectNextAsync(Patience)).Item2.Ack();
        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task One_part_that_never_will_succeed_decides_for_the_whole_whatever_comes_after()
    {
        await PublishAsync("t", 3);
        var probe = Run(Source().SelectConcat(number => Enumerable.Range(0, number.Value)));
        await probe.RequestAsync(100);
        Committable[] parts = [await NextAsync(), await NextAsync(), await NextAsync()];

        parts[0].Ack();
        parts[1].DeadLetter("no");
        parts[2].Ack();

        await UntilSettledAsync("t", "g", dead: 1);

        async Task<Committable> NextAsync() => (await probe.ExpectNextAsync(Patience)).Item2;
    }

    [Fact]
    public async Task A_flow_with_the_handle_as_context_does_the_same()
    {
        await PublishAsync("t", 0, 1, 2);
        var flow = FlowWithContext.Create<Number, Committable>().Where(number => number.Value > 0).SelectConcat(number => new[] { number.Value, number.Value }).Collect(n => n == 2 ? "two" : null);
        var probe = Run(Source().Via(flow));
        await probe.RequestAsync(10);

        for (var i = 0; i < 2; i++)
        {
            var (text, handle) = await probe.ExpectNextAsync(Patience);
            Assert.Equal(("two", 2L), (text, handle.Offset));
            handle.Ack();
        }

        await UntilSettledAsync("t", "g");
    }

    private SourceWithContext<Number, Committable, ISourceControl> Source() => PgPubSubSource.GroupWithContext<Number>(Sys, "t", "g", Hasty);

    private TestSubscriber.Probe<(T, Committable)> Run<T>(SourceWithContext<T, Committable, ISourceControl> source) =>
        source.ToMaterialized(this.SinkProbe<(T, Committable)>(), Keep.Right).Run(Materializer);
}
