using System.Threading.Channels;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>Handlers that are classes, made for each delivery in a scope of its own.</summary>
public sealed class HandlerClassSpec : HostSpec
{
    private static readonly GroupRules Once = new(TimeSpan.FromSeconds(30), new RetryRules(1, TimeSpan.Zero, 1, TimeSpan.Zero));
    private static readonly GroupRules AtOnce = new(TimeSpan.FromSeconds(30), new RetryRules(0, TimeSpan.Zero, 1, TimeSpan.Zero));

    private readonly Journal _journal = new();

    protected override bool InMemory => true;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_delivery_gets_an_object_and_a_scope_of_its_own_that_end_before_the_next_begins(bool registered)
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(Memory).WithPgSubscription<Number, Writing>("t", "g"), services =>
        {
            services.AddSingleton(_journal).AddScoped<Unit>();
            if (registered)
                services.AddScoped<Writing>();
        });
        await Publisher(host).PublishAllAsync(new PublishAll("t", new Number(1), new Number(2)));

        // What is not registered nobody else disposes; what is, the scope disposes before what it was made of.
        Assert.Equal(
            ["1 in unit 1, attempt 1", "handler 1 ends", "unit 1 ends", "2 in unit 2, attempt 1", "handler 2 ends", "unit 2 ends"],
            [await _journal.NextAsync(), await _journal.NextAsync(), await _journal.NextAsync(), await _journal.NextAsync(), await _journal.NextAsync(), await _journal.NextAsync()]);
    }

    [Fact]
    public async Task One_that_is_registered_is_taken_from_the_scope_and_may_be_an_interface()
    {
        var host = await StartAsync(
            akka => akka.WithPgPubSub(Memory).WithPgSubscription<Number, INumbers>("t", "g"),
            services => services.AddSingleton(_journal).AddScoped<Unit>().AddScoped<INumbers>(scope => new Registered(scope.GetRequiredService<Unit>(), _journal)));
        await Publisher(host).PublishAsync("t", new Number(1));

        Assert.Equal("registered: 1 in unit 1", await _journal.NextAsync());
    }

    [Fact]
    public async Task Each_type_may_have_a_class_of_its_own_beside_functions()
    {
        var host = await StartAsync(
            akka => akka.WithPgPubSub(Memory).WithPgSubscription("t", "g", handlers => handlers
                .On<Number, Writing>()
                .On<Letter>((letter, _, _) =>
                {
                    _journal.Write($"letter {letter.Value}");
                    return Task.CompletedTask;
                })),
            services => services.AddSingleton(_journal).AddScoped<Unit>());
        await Publisher(host).PublishAllAsync(new PublishAll("t", new Letter('a'), new Number(1)));

        Assert.Equal(["letter a", "1 in unit 1, attempt 1"], [await _journal.NextAsync(), await _journal.NextAsync()]);
    }

    [Theory]
    [InlineData(false, Settlement.Auto)]
    [InlineData(true, Settlement.Auto)]
    [InlineData(false, Settlement.Explicit)]
    [InlineData(false, Settlement.AckOnReceipt)]
    public async Task What_a_handler_needs_and_nobody_registered_nacks_with_that_reason_and_the_host_lives_on(bool registered, Settlement settlement)
    {
        var others = Channel.CreateUnbounded<int>();
        var host = await StartAsync(
            akka => akka.WithPgPubSub(Memory)
                .WithPgSubscription<Number, Writing>("t", "g", options => (options.Rules, options.Settlement, options.Concurrency) = (Once, settlement, 3))
                .WithPgSubscription<Number>("t", "other", async (n, _, stop) => await others.Writer.WriteAsync(n.Value, stop)),
            services =>
            {
                services.AddSingleton(_journal);
                if (registered)
                    services.AddScoped<Writing>();
            });
        var needs = await Log.WaitAsync("needs a service that is not registered");
        await Publisher(host).PublishAllAsync(new PublishAll("t", Enumerable.Range(0, 50).Select(n => (object)new Number(n))));
        for (var n = 0; n < 50; n++)
            Assert.Equal(n, await NextAsync(others));

        var reason = $"The handler {typeof(Writing)} can't be made: no service is registered of {typeof(Unit)}.";
        var line = await Log.WaitAsync(reason);
        Assert.StartsWith("Warning: ", line, StringComparison.Ordinal);
        Assert.Contains("Group g of t", line, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Repeat(reason, 50), (await BuriedAsync(host, 50)).Select(letter => letter.Reason));
        Assert.Single(Log.All, one => one.Contains(reason, StringComparison.Ordinal));
        Assert.Contains(typeof(Unit).ToString(), needs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_constructor_that_throws_is_told_once_for_the_outage_without_its_text_and_what_failed_comes_again()
    {
        var broken = new Broken();
        var host = await StartAsync(
            akka => akka.WithPgPubSub(Memory).WithPgSubscription<Number, Fragile>("t", "g", options => (options.Rules, options.Concurrency) = (AtOnce, 2)),
            services => services.AddSingleton(_journal).AddSingleton(broken));
        await Publisher(host).PublishAllAsync(new PublishAll("t", new Number(1), new Number(2)));
        var line = await Log.WaitAsync("can't be made");
        for (var failures = 0; failures < 20; failures++)
            await NextAsync(broken.Failures);
        broken.IsMended = true;

        Assert.Equal(["1", "2"], new[] { await _journal.NextAsync(), await _journal.NextAsync() }.Order());
        await Log.WaitAsync($"the handler {typeof(Fragile)} can be made again");
        Assert.Contains($"The handler {typeof(Fragile)} can't be made: {typeof(InvalidOperationException)} was thrown.", line, StringComparison.Ordinal);
        Assert.Single(Log.All, one => one.Contains("can't be made", StringComparison.Ordinal));
        Assert.DoesNotContain(Log.All, one => one.Contains(Broken.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_reason_in_the_database_quotes_nothing_either()
    {
        var host = await StartAsync(
            akka => akka.WithPgPubSub(Memory).WithPgSubscription<Number, Fragile>("t", "g", options => options.Rules = Once), services => services.AddSingleton(_journal).AddSingleton<Broken>());
        await Publisher(host).PublishAsync("t", new Number(1));

        Assert.Equal($"The handler {typeof(Fragile)} can't be made: {typeof(InvalidOperationException)} was thrown.", Assert.Single(await BuriedAsync(host, 1)).Reason);
    }

    [Fact]
    public async Task A_scope_that_fails_to_end_is_a_failure_unless_the_handler_failed_before()
    {
        var host = await StartAsync(
            akka => akka.WithPgPubSub(Memory).WithPgSubscription<Number, Writing>("t", "g", options => options.Rules = Once),
            services => services.AddSingleton(_journal).AddScoped<Unit, UnitThatFailsToEnd>());
        await Publisher(host).PublishAllAsync(new PublishAll("t", new Number(1), new Number(-1)));

        Assert.Equal(["TimeoutException: The unit does not end.", "ArgumentException: It is negative."], (await BuriedAsync(host, 2)).OrderBy(letter => letter.Event.Offset).Select(letter => letter.Reason));
    }

    private static async Task<IReadOnlyList<DeadLetter>> BuriedAsync(IHost host, int number)
    {
        var hub = PgPubSubHub.For(host.Services.GetRequiredService<ActorSystem>());
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Assert.IsType<Flushed>(await hub.Ask(new Flush(Patience), Patience));
            var dead = (await hub.Ask<DeadLetterPage>(new ListDeadLetters("t"), Patience)).DeadLetters;
            if (dead.Count == number)
                return dead;
            patience.Token.ThrowIfCancellationRequested(); // it was idle before it got anything
        }
    }

    private interface INumbers : IEventHandler<Number>;

    private sealed record Letter(char Value);

    private sealed class Journal
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
        private int _units;

        public int Number() => Interlocked.Increment(ref _units);

        public void Write(string line) => _lines.Writer.TryWrite(line);

        public Task<string> NextAsync() => HostSpec.NextAsync(_lines);
    }

    private class Unit(Journal journal) : IAsyncDisposable
    {
        public int Number { get; } = journal.Number();

        public virtual ValueTask DisposeAsync()
        {
            journal.Write($"unit {Number} ends");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class UnitThatFailsToEnd(Journal journal) : Unit(journal)
    {
        public override ValueTask DisposeAsync() => throw new TimeoutException("The unit does not end.");
    }

    private sealed class Writing(Unit unit, Unit again, Journal journal) : IEventHandler<Number>, IDisposable
    {
        public async Task HandleAsync(Number @event, Delivery delivery, CancellationToken cancel)
        {
            Assert.Same(unit, again);
            await Task.Yield();
            if (@event.Value < 0)
                throw new ArgumentException("It is negative.");
            journal.Write($"{@event.Value} in unit {unit.Number}, attempt {delivery.Attempt}");
        }

        public void Dispose() => journal.Write($"handler {unit.Number} ends");
    }

    private sealed class Registered(Unit unit, Journal journal) : INumbers
    {
        public Task HandleAsync(Number @event, Delivery delivery, CancellationToken cancel)
        {
            journal.Write($"registered: {@event.Value} in unit {unit.Number}");
            return Task.CompletedTask;
        }
    }

    private sealed class Broken
    {
        public const string Text = "what nobody may read";

        public Channel<int> Failures { get; } = Channel.CreateUnbounded<int>();

        public bool IsMended { get; set; }

        public void Check()
        {
            if (IsMended)
                return;
            Failures.Writer.TryWrite(1);
            throw new InvalidOperationException(Text);
        }
    }

    private sealed class Fragile : IEventHandler<Number>
    {
        private readonly Journal _journal;

        public Fragile(Broken broken, Journal journal)
        {
            _journal = journal;
            broken.Check();
        }

        public Task HandleAsync(Number @event, Delivery delivery, CancellationToken cancel)
        {
            _journal.Write($"{@event.Value}");
            return Task.CompletedTask;
        }
    }
}
