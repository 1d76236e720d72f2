using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Handlers;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors.Tests.Handlers;

public sealed class UnhandledPostgresSpec : UnhandledSpec;

public sealed class UnhandledInMemorySpec : UnhandledSpec
{
    protected override bool InMemory => true;
}

/// <summary>Events whose type no handler takes.</summary>
public abstract class UnhandledSpec : HandlerSpec
{
    private const int Many = 200;

    [Theory]
    [InlineData(Settlement.Auto)]
    [InlineData(Settlement.AckOnReceipt)]
    public async Task They_become_dead_letters_at_once(Settlement settlement)
    {
        await PublishAsync("t", 0);
        Start(new HandlerOptions { Rules = Patient, Settlement = settlement });
        await AwaitConditionAsync(
            async () => (await DeadLettersAsync("t")).Select(d => (d.Attempts, d.Reason)).SequenceEqual([(1, "No handler takes the event's type.")]), Patience, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task They_are_skipped_where_that_is_asked_and_counted_in_few_lines()
    {
        Sys.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Sys.EventStream.Subscribe(TestActor, typeof(Debug));
        await PublishAsync("t", Enumerable.Range(0, Many));
        var handler = Start(new HandlerOptions { Rules = Patient, OnUnhandledType = UnhandledType.Skip });
        await UntilSettledAsync();
        Assert.Empty(await DeadLettersAsync("t"));

        Sys.Stop(handler); // with its last line
        var (counted, lines) = (0, 0);
        while (counted < Many)
        {
            var line = (Debug)await FishForMessageAsync(m => m is Debug debug && debug.Message.ToString()!.StartsWith("Group g of t:", StringComparison.Ordinal), Patience);
            counted += int.Parse(line.Message.ToString()!.Split(": ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            lines++;
        }

        Assert.Equal(Many, counted);
        Assert.InRange(lines, 1, 10);
    }

    private IActorRef Start(HandlerOptions options) => Sys.ActorOf(HandlerActor.Props(
        Hub, options.Freeze("t", "g"),
        RouteSearch.Of(new EventHandlers().On<Other>((_, _, _) => throw new InvalidOperationException("It takes no numbers.")).All, new EventTypeMap([]))));

    private sealed record Other;
}
