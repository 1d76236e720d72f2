using System.Threading.Channels;
using Akka.Event;
using Npgsql;
using PgPubSub.Core.Retries;

namespace PgPubSub.Actors.Tests.Handlers;

/// <summary>Who settles what a handler gets.</summary>
public sealed class SettlementSpec : HandlerSpec
{
    [Theory]
    [InlineData(Settlement.Auto)]
    [InlineData(Settlement.Explicit)]
    public async Task An_answer_of_the_handlers_own_counts_whatever_becomes_of_the_handler(Settlement settlement)
    {
        await PublishAsync("t", 0, 1, 2, 3);
        var replies = Channel.CreateUnbounded<IAnswerReply>();
        Handle(new HandlerOptions { Rules = Patient, Settlement = settlement }, async (number, delivery, stop) =>
        {
            await replies.Writer.WriteAsync(await delivery.SettleAsync(number.Value % 2 == 0 ? delivery.Ack() : delivery.DeadLetter("never"), cancel: stop), stop);
            if (number.Value >= 2)
                throw new InvalidOperationException("after its answer");
        });

        using var patience = new CancellationTokenSource(Patience);
        for (var i = 0; i < 4; i++)
            Assert.IsType<AnswerConfirmed>(await replies.Reader.ReadAsync(patience.Token));
        await UntilSettledAsync();
        Assert.Equal("1 3", await AskAsync<string>($"SELECT string_agg(\"offset\"::text, ' ' ORDER BY \"offset\") FROM {Schema}.dead_letter"));
    }

    [Fact]
    public async Task Explicit_returning_answers_nothing_and_whoever_has_the_delivery_may_settle_it_later()
    {
        await PublishAsync("t", 0);
        var deliveries = Channel.CreateUnbounded<Delivery>();
        Handle(new HandlerOptions { Rules = Impatient, Settlement = Settlement.Explicit }, (_, delivery, stop) => deliveries.Writer.WriteAsync(delivery, stop).AsTask());

        using var patience = new CancellationTokenSource(Patience);
        var first = await deliveries.Reader.ReadAsync(patience.Token);
        var again = await deliveries.Reader.ReadAsync(patience.Token);
        Assert.Equal((1, 2), (first.Attempt, again.Attempt));
        Assert.IsType<AnswerRefused>(await first.SettleAsync(first.Ack()));

        for (var reply = await again.SettleAsync(again.Ack()); reply is AnswerRefused; reply = await again.SettleAsync(again.Ack()))
            again = await deliveries.Reader.ReadAsync(patience.Token); // the deadline was faster
        await UntilSettledAsync();
    }

    [Fact]
    public async Task Explicit_an_exception_nacks_with_its_text()
    {
        await PublishAsync("t", 0);
        var rules = Patient with { Retry = new RetryRules(1, TimeSpan.Zero, 1, TimeSpan.Zero) };
        Handle(new HandlerOptions { Rules = rules, Settlement = Settlement.Explicit }, (_, _, _) => throw new InvalidOperationException("boom"));
        await UntilAsync($"SELECT EXISTS (SELECT FROM {Schema}.dead_letter WHERE why = 'InvalidOperationException: boom')");
    }

    [Fact]
    public async Task AckOnReceipt_the_handler_is_called_after_the_commit_of_its_ack()
    {
        await PublishAsync("t", 0);
        await RunAsync($"""
            CREATE FUNCTION {Schema}.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(hashtext(''{Schema}'')); RETURN OLD; END';
            CREATE TRIGGER wait BEFORE DELETE ON {Schema}.lease FOR EACH ROW EXECUTE FUNCTION {Schema}.wait()
            """);
        await using var blocker = new NpgsqlConnection(ConnectionString);
        await blocker.OpenAsync();
        await new NpgsqlCommand($"SELECT pg_advisory_lock(hashtext('{Schema}'))", blocker).ExecuteNonQueryAsync();
        var open = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        Handle(new HandlerOptions { Rules = Patient, Settlement = Settlement.AckOnReceipt }, async (_, _, _) => open.SetResult(await AskAsync<long>($"SELECT count(*) FROM {Schema}.lease")));

        await UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'advisory' AND query LIKE '%{Schema}%')");
        Assert.False(open.Task.IsCompleted);
        await new NpgsqlCommand($"SELECT pg_advisory_unlock(hashtext('{Schema}'))", blocker).ExecuteNonQueryAsync();

        Assert.Equal(0, await open.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task AckOnReceipt_what_the_handler_fails_at_is_logged_and_lost()
    {
        await PublishAsync("t", 0, 1);
        var handled = Channel.CreateUnbounded<(int Value, int Attempt)>();
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Handle(new HandlerOptions { Rules = Impatient, Settlement = Settlement.AckOnReceipt }, (number, delivery, _) =>
        {
            handled.Writer.TryWrite((number.Value, delivery.Attempt));
            throw new InvalidOperationException("secret");
        });

        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal((0, 1), await handled.Reader.ReadAsync(patience.Token));
        Assert.Equal((1, 1), await handled.Reader.ReadAsync(patience.Token));
        await UntilSettledAsync();
        var warning = (await FishForMessageAsync<Warning>(w => !w.ToString().Contains("no cap on attempts", StringComparison.Ordinal), Patience)).ToString();
        Assert.Contains("A handler of t failed at 0 after the event was answered: System.InvalidOperationException", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);
        Assert.Equal(0L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.dead_letter"));
    }

    [Theory]
    [InlineData(Settlement.Auto)]
    [InlineData(Settlement.AckOnReceipt)]
    public async Task What_is_acked_early_makes_no_room_for_a_delivery_that_nobody_handles(Settlement settlement)
    {
        await PublishAsync("t", 0, 1, 2);
        var handled = Channel.CreateUnbounded<(int Value, int Attempt)>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handle(new HandlerOptions { Rules = Impatient, Settlement = settlement }, async (number, delivery, _) =>
        {
            if (settlement is Settlement.Auto)
                Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Ack()));
            handled.Writer.TryWrite((number.Value, delivery.Attempt));
            await release.Task;
        });
        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal((0, 1), await handled.Reader.ReadAsync(patience.Token));

        var clock = await SubscribeAsync(new Subscribe("t", "clock", Window: 1, Rules: Impatient));
        for (var deadlines = 0; deadlines < 3; deadlines++)
            await clock.FishForMessageAsync(m => m is DeliveryRevoked, Patience);
        release.SetResult();

        Assert.Equal((1, 1), await handled.Reader.ReadAsync(patience.Token));
        Assert.Equal((2, 1), await handled.Reader.ReadAsync(patience.Token));
    }

    [Fact]
    public void All_problems_of_the_options_are_told_at_once()
    {
        var options = new HandlerOptions
        {
            Concurrency = 0, Settlement = (Settlement)9, OnUnhandledType = (UnhandledType)(-1), From = Core.Subscriptions.StartFrom.Offset(-1),
            Rules = new(TimeSpan.Zero, new RetryRules(-1, TimeSpan.FromDays(-1), 0, TimeSpan.FromDays(31))),
        };
        var problems = Assert.Throws<PgPubSubConfigurationException>(() => options.Freeze("", "a\nb")).Problems;
        string[] expected =
        [
            "topic is empty", "group has a control character", "offset to start from", "AckDeadline", "MaxAttempts", "first retry", "factor", "longest retry", "Concurrency is 0",
            "Settlement is 9", "OnUnhandledType is -1",
        ];
        Assert.Equal(expected.Length, problems.Count);
        Assert.All(expected.Zip(problems), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }
}
