using System.Diagnostics;
using System.Threading.Channels;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>What a handler does is in its delivery's trace, and how long it took is told.</summary>
public sealed class HandlerTelemetrySpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _topic = $"handled-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_handlers_code_is_in_the_trace_of_its_delivery_and_what_it_publishes_goes_on_with_it()
    {
        var next = _topic + "-next";
        using var ear = new SpanEar(_topic, next);
        var seen = Channel.CreateUnbounded<ActivityContext?>();
        using var host = Build((services, akka) => akka
            .WithPgSubscription<Number>(_topic, "g", async (number, _, cancel) =>
            {
                await Task.Yield();
                seen.Writer.TryWrite(Activity.Current?.Context);
                await services().GetRequiredService<IPgPubSubPublisher>().PublishAsync(next, number, cancel);
            })
            .WithPgSubscription<Number>(next, "g", (_, _, _) => Task.CompletedTask));
        await host.StartAsync();
        await host.Services.GetRequiredService<IPgPubSubPublisher>().PublishAsync(_topic, new Number(1));

        Activity[] delivered = [.. (await ear.EndedAsync("deliver", 2)).OrderBy(span => span.DisplayName.Length)]; // the first may end after the second
        Assert.Equal(delivered[0].Context, await NextAsync(seen));
        Activity[] published = [.. (await ear.EndedAsync("publish", 2)).OrderBy(span => span.DisplayName.Length)];
        Assert.Equal(
            [(published[0].SpanId, delivered[0].SpanId), (delivered[0].SpanId, published[1].SpanId), (published[1].SpanId, delivered[1].SpanId)],
            new[] { delivered[0], published[1], delivered[1] }.Select(span => (span.ParentSpanId, span.SpanId)));
        Assert.Single(published.Concat(delivered).Select(span => span.TraceId).Distinct());
        await host.StopAsync();
    }

    [Fact]
    public async Task How_long_a_handler_took_is_told_with_the_type_of_what_it_threw()
    {
        using var ear = new MeterEar("messaging.destination.name", _topic);
        var done = Channel.CreateUnbounded<int>();
        using var host = Build((_, akka) => akka.WithPgSubscription<Number>(_topic, "g", (number, delivery, _) =>
        {
            done.Writer.TryWrite(delivery.Attempt);
            return delivery.Attempt == 1 ? throw new InvalidOperationException("hush") : Task.CompletedTask;
        }));
        await host.StartAsync();
        await host.Services.GetRequiredService<IPgPubSubPublisher>().PublishAsync(_topic, new Number(1));
        Assert.Equal((1, 2), (await NextAsync(done), await NextAsync(done)));
        await host.StopAsync(); // both are through

        Assert.Equal(1, ear.Count("messaging.process.duration", "error.type", "System.InvalidOperationException"));
        Assert.Equal(1, ear.Count("messaging.process.duration", "error.type"));
        Assert.Equal(2, ear.Count("messaging.process.duration", "messaging.operation.name", "deliver"));
    }

    private static Task<T> NextAsync<T>(Channel<T> from) => from.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    private static IHost Build(Action<Func<IServiceProvider>, AkkaConfigurationBuilder> handlers)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPgPubSubPublisher();
        builder.Services.AddAkka("handled", (akka, services) =>
        {
            akka.WithPgPubSub(options => options.UseInMemory().RetryFirst = TimeSpan.Zero);
            handlers(() => services, akka);
        });
        return builder.Build();
    }
}
