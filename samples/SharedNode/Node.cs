using System.Diagnostics;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using PgPubSub.Actors;
using PgPubSub.Samples.Shared.Programs;

namespace PgPubSub.Samples.Shared.Nodes;

/// <summary>One node: a host with an actor system and PgPubSub in it. Every role of the sample is one, and so is an application of yours.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20), StopPatience = TimeSpan.FromSeconds(5), BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly IHost _host;

    private Node(IHost host) => _host = host;

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>Starts a node and returns when it is registered and well.</summary>
    /// <param name="name">Its name for people.</param>
    /// <param name="connectionString">Reaches the PostgreSQL that all nodes share.</param>
    /// <param name="schema">The schema that all nodes share.</param>
    /// <param name="configure">What runs on it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="NodeException">It did not get well.</exception>
    public static async Task<Node> StartAsync(
        string name, string connectionString, string schema, Action<AkkaConfigurationBuilder> configure, CancellationToken cancel)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        LogToStandardError(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddAkka(name, akka =>
        {
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
                loggers.LogLevel = Akka.Event.LogLevel.WarningLevel;
            });
            akka.WithPgPubSub(options =>
            {
                options.ConnectionString = connectionString;
                options.Schema = schema;
                options.NodeName = name;
            });
            configure(akka);
        });
        var node = new Node(builder.Build());
        try
        {
            await node._host.StartAsync(cancel);
            await node.HealthyAsync(name, cancel);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>The hub, from where anything that the host injects into would have it.</summary>
    public Task<IActorRef> HubAsync(CancellationToken cancel) => _host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        using var enough = new CancellationTokenSource(StopPatience);
        try
        {
            await _host.StopAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            // What it still held is taken over by others.
        }

        _host.Dispose();
    }

    private async Task HealthyAsync(string name, CancellationToken cancel)
    {
        var hub = await HubAsync(cancel);
        using var looks = new PeriodicTimer(BetweenLooks);
        var since = Stopwatch.GetTimestamp();
        while (await hub.Ask<Health>(GetHealth.Instance).WaitAsync(cancel) is { IsHealthy: false } health)
        {
            if (Stopwatch.GetElapsedTime(since) > StartPatience)
                throw new NodeException($"The node {name} did not start: {health.Problem}");
            await looks.WaitForNextTickAsync(cancel);
        }
    }

    private static void LogToStandardError(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Leaves the signals to the program.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
