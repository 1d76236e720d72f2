using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>What handlers fail on stands in no log of the host, nor in Npgsql's where the application's own data source has one.</summary>
[Collection(nameof(Recorder))]
public sealed class HostSecretsSpec() : TestKit("akka.loglevel = ERROR"), IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Recorder _recorder = new();
    private SecretServer _server = null!;

    public async Task InitializeAsync() => _server = await SecretServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _recorder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_whose_handlers_fail_logs_no_data(bool ownSource)
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new RecordingLoggers(_recorder, "npgsql log")));
        var builder = new NpgsqlDataSourceBuilder(_server.OtherConnectionString) { Name = "the application's" };
        await using var source = builder.UseLoggerFactory(loggers).Build();
        using var host = Build(ownSource ? source : null);
        await host.StartAsync();
        _recorder.Hear(host.Services.GetRequiredService<ActorSystem>());
        var hub = await host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync();
        foreach (var value in new object[] { new Secret(Marks.Payload), new Secret("throws " + Marks.Payload), new Secret("answers " + Marks.Payload), new[] { Marks.Payload } })
            _recorder.Told(await hub.Ask<Published>(Marks.Event("t", value), Patience));

        await AwaitConditionAsync(
            async () => (await hub.Ask<GroupList>(new ListGroups("t", "workers"), Patience)).Groups is [{ Lag: 0, InFlight: 0, Retrying: 0, Dead: 2 }], Patience, TimeSpan.FromMilliseconds(50));
        var dead = (await hub.Ask<DeadLetterPage>(new ListDeadLetters("t"), Patience)).DeadLetters;
        _recorder.Told(dead);
        // What a handler's exception says is kept with the event, beside the data that it may quote; what the library says itself quotes nothing.
        Assert.Equal([true, false], dead.OrderBy(letter => letter.Event.Offset).Select(letter => Marks.AreIn(letter.Reason)));
        await host.StopAsync();

        _recorder.AssertSilent();
        Assert.True(_recorder.Heard("host log") > 0);
        Assert.Equal(ownSource, _recorder.Heard("npgsql log") > 0);
        Assert.Equal(ownSource, _recorder.Heard("span of Npgsql the application's") > 0);
    }

    private IHost Build(NpgsqlDataSource? source)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new RecordingLoggers(_recorder, "host log"));
        builder.Services.AddAkka("hosting", akka => akka
            .AddHocon(Recorder.Talkative, HoconAddMode.Prepend)
            .ConfigureLoggers(setup =>
            {
                setup.LogLevel = Akka.Event.LogLevel.DebugLevel;
                setup.ClearLoggers();
                setup.AddLoggerFactory();
            })
            .WithPgPubSub(options =>
            {
                var known = _server.Options();
                (options.ConnectionString, options.DataSource) = (source is null ? known.ConnectionString : null, source);
                (options.MaxAttempts, options.RetryFirst, options.DrainTimeout) = (2, known.RetryFirst, known.DrainTimeout);
            })
            .WithPgSubscription<Secret>("t", "workers", (secret, delivery, _) =>
            {
                if (secret.Value.StartsWith("answers", StringComparison.Ordinal))
                    delivery.Settle(delivery.Ack());
                return secret.Value.Contains(' ', StringComparison.Ordinal) ? throw new InvalidOperationException($"{Marks.Said} {secret}") : Task.CompletedTask;
            }));
        return builder.Build();
    }
}
