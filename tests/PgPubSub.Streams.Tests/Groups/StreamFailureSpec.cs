using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Tests.Groups;

public sealed class StreamFailurePostgresSpec : StreamFailureSpec;

public sealed class StreamFailureInMemorySpec : StreamFailureSpec
{
    protected override bool InMemory => true;
}

/// <summary>What a stream that fails means for events that had no part in it.</summary>
public abstract class StreamFailureSpec : StreamSpec
{
    private static readonly GroupSourceOptions TwoAttempts = new() { Rules = GroupRules.Default with { Retry = GroupRules.Default.Retry with { MaxAttempts = 2 } } };

    [Fact]
    public async Task Each_failure_is_an_attempt_of_all_that_was_emitted()
    {
        await PublishAsync("t", 0, 1);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var (killSwitch, probe) = PgPubSubSource.Group(Sys, "t", "g", TwoAttempts).ViaMaterialized(KillSwitches.Single<Committable>(), Keep.Right)
                .ToMaterialized(this.SinkProbe<Committable>(), Keep.Both).Run(Materializer);
            await probe.RequestAsync(2);
            for (var i = 0; i < 2; i++)
                Assert.Equal(attempt, (await probe.ExpectNextAsync(Patience)).Attempt);
            killSwitch.Abort(new InvalidOperationException("no"));
            await probe.ExpectErrorAsync();
        }

        await UntilSettledAsync("t", "g", dead: 2);
    }
}
