using System.Threading.Channels;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PgPubSub.Docker;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>What is tried in a real host, whose log is kept.</summary>
public abstract class HostSpec : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static int _schemas;

    private readonly List<IHost> _hosts = [];

    protected string Schema { get; } = $"host_{Environment.ProcessId}_{Interlocked.Increment(ref _schemas)}";

    protected string ConnectionString { get; private set; } = "";

    internal Lines Log { get; } = new();

    /// <summary>Whether the spec needs no server.</summary>
    protected virtual bool InMemory => false;

    public async Task InitializeAsync()
    {
        if (!InMemory)
            ConnectionString = (await TestServers.SharedAsync()).ConnectionString;
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        if (!InMemory)
            await RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE; DROP SCHEMA IF EXISTS {Schema}_2 CASCADE");
    }

    protected IHost Build(Action<AkkaConfigurationBuilder> akka, Action<IServiceCollection>? services = null, params (string Key, string? Value)[] configuration)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration.Select(x => KeyValuePair.Create(x.Key, x.Value)));
        builder.Logging.AddProvider(Log);
        services?.Invoke(builder.Services);
        builder.Services.AddPgPubSubPublisher();
        builder.Services.AddAkka("hosting", (configured, _) =>
        {
            configured.ConfigureLoggers(setup =>
            {
                setup.ClearLoggers();
                setup.AddLoggerFactory();
            });
            akka(configured);
        });
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    protected async Task<IHost> StartAsync(Action<AkkaConfigurationBuilder> akka, Action<IServiceCollection>? services = null, params (string Key, string? Value)[] configuration)
    {
        var host = Build(akka, services, configuration);
        await host.StartAsync();
        return host;
    }

    /// <summary>What keeps a host from starting.</summary>
    protected async Task<IReadOnlyList<string>> ProblemsAsync(Action<AkkaConfigurationBuilder> akka, Action<IServiceCollection>? services = null, params (string Key, string? Value)[] configuration)
    {
        var failure = await Assert.ThrowsAsync<PgPubSubConfigurationException>(() => StartAsync(akka, services, configuration));
        Assert.All(failure.Problems, problem => Assert.Contains(problem, failure.Message, StringComparison.Ordinal));
        return failure.Problems;
    }

    protected void OnServer(PgPubSubOptions options) => (options.ConnectionString, options.Schema, options.DrainTimeout) = (ConnectionString, Schema, TimeSpan.Zero);

    protected static void Memory(PgPubSubOptions options) => options.UseInMemory().DrainTimeout = TimeSpan.Zero;

    protected static IPgPubSubPublisher Publisher(IHost host, string? name = null) =>
        name is null ? host.Services.GetRequiredService<IPgPubSubPublisher>() : host.Services.GetRequiredKeyedService<IPgPubSubPublisher>(name);

    protected static async Task<T> NextAsync<T>(Channel<T> channel) => await channel.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    protected async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The lines of the host's log, of level Information and above.</summary>
    internal sealed class Lines : ILoggerProvider
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
        private readonly List<string> _all = [];

        /// <summary>All so far.</summary>
        public IReadOnlyList<string> All
        {
            get
            {
                lock (_all)
                    return [.. _all];
            }
        }

        /// <summary>Waits for the next line that has a text.</summary>
        public async Task<string> WaitAsync(string text)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (true)
            {
                var line = await _lines.Reader.ReadAsync(patience.Token);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose() { }

        private void Write(string line)
        {
            lock (_all)
                _all.Add(line);
            _lines.Writer.TryWrite(line);
        }

        private sealed class Logger(Lines lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                    lines.Write($"{logLevel}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
