using System.Text.Json;
using Akka.Actor;

namespace PgPubSub.Actors.Tests.Handlers;

public sealed class UnreadablePostgresSpec : UnreadableSpec;

public sealed class UnreadableInMemorySpec : UnreadableSpec
{
    protected override bool InMemory => true;
}

/// <summary>What can't be read will not be readable the next time either.</summary>
public abstract class UnreadableSpec : HandlerSpec
{
    [Theory]
    [InlineData(Settlement.Auto)]
    [InlineData(Settlement.Explicit)]
    [InlineData(Settlement.AckOnReceipt)]
    public async Task Data_that_can_not_be_read_is_buried_at_its_first_attempt_with_a_reason_that_quotes_none_of_it(Settlement settlement)
    {
        Hub.Tell(new Publish("t", JsonElement.Parse("""{"value":"secret"}"""), Type: "x"), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        var called = false;
        Handle(new HandlerOptions { Rules = Patient, Settlement = settlement }, (_, _, _) =>
        {
            called = true;
            return Task.CompletedTask;
        });

        await AwaitConditionAsync(async () => (await DeadLettersAsync("t")).Count == 1, Patience, TimeSpan.FromMilliseconds(50));
        var letter = (await DeadLettersAsync("t"))[0] switch { var d => $"{d.Attempts} {d.Reason}" };
        Assert.StartsWith("1 The event can't be read as PgPubSub.Shared.Hubs.Number: JsonException at line 1, byte ", letter, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", letter, StringComparison.Ordinal);
        Assert.False(called);
    }

    [Fact]
    public async Task What_the_handler_reads_of_it_itself_is_treated_alike_and_its_other_failures_come_back()
    {
        await PublishAsync("t", 0, 1);
        Handle(new HandlerOptions { Rules = Patient }, (number, delivery, _) =>
            number.Value == 0 ? Task.FromResult(delivery.As<string>()) : Task.FromResult(JsonSerializer.Deserialize<Number>("the handler's own")));

        await UntilGroupAsync("t", "g", g => g is { Retrying: 1, Dead: 1 });
        Assert.Equal([(0L, 1)], (await DeadLettersAsync("t")).Select(d => (d.Event.Offset, d.Attempts)));
    }
}
