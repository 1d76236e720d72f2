using Akka.Actor;
using Akka.TestKit.Xunit2;
using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Postgres;
using PgPubSub.Testing;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>Passwords, users and hosts stand in no log, span, measurement or answer when the server is away, refuses or is wrongly named.</summary>
[Collection(nameof(Recorder))]
public sealed class FaultSecretsSpec() : TestKit("akka.loglevel = ERROR"), IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Recorder _recorder = new();
    private SecretServer _server = null!;
    private ActorSystem _system = null!;

    public async Task InitializeAsync()
    {
        _server = await SecretServer.StartAsync();
        _system = _recorder.Start("secrets");
    }

    public async Task DisposeAsync()
    {
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await _server.DisposeAsync();
        _recorder.Dispose();
    }

    [Fact]
    public async Task A_server_that_goes_away_and_refuses_the_password()
    {
        var options = _server.Options();
        options.ListenConnectionString = _server.ConnectionString;
        var hub = PgPubSubHub.Start(_system, options);
        var member = CreateTestProbe();
        hub.Tell(new Subscribe("t", "g", Consumer: member), member);
        hub.Tell(new Subscribe("t", Consumer: member), member);
        _recorder.Told(await member.ExpectMsgAsync<Subscribed>(Patience));
        _recorder.Told(await member.ExpectMsgAsync<Subscribed>(Patience));
        for (var i = 0; i < 3; i++)
        {
            hub.Tell(Marks.Event("t"), TestActor);
            await _server.EndSessionsAsync();
            _recorder.Told(await ExpectMsgAsync<IPublishReply>(Patience));
        }

        await _server.Server.StopAsync(StopMode.Immediate);
        hub.Tell(Marks.Event("t"), TestActor);
        await UntilHealthAsync(hub, health => !health.IsHealthy);
        await _server.Server.RestartAsync();
        _recorder.Told(await ExpectMsgAsync<IPublishReply>(Patience));
        await _server.RunAsync($"ALTER ROLE \"{Marks.User}\" PASSWORD 'another'");
        await _server.EndSessionsAsync();
        await UntilHealthAsync(hub, health => health.Problem?.Contains("28P01", StringComparison.Ordinal) == true);
        hub.Tell(Marks.Event("t"), TestActor);
        _recorder.Told(await hub.Ask<object>(new ListGroups(), Patience));
        await _server.RunAsync($"ALTER ROLE \"{Marks.User}\" PASSWORD '{Marks.Password}'");
        _recorder.Told(await ExpectMsgAsync<IPublishReply>(Patience));
        await UntilHealthAsync(hub, health => health.IsHealthy);

        await AssertNothingWasWrittenAsync();
        Assert.DoesNotContain(Marks.Password, await File.ReadAllTextAsync(_server.Server.LogFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_refused_or_wrongly_named()
    {
        foreach (var change in new Action<NpgsqlConnectionStringBuilder>[]
        {
            c => c.Password = Marks.Password + "-wrong",
            c => c.Username = Marks.User + "-wrong",
            c => c.Database = Marks.Value,
            c => c.Host = "nowhere.invalid", // .NET's own spans name the hosts that it looks up
            c => c.SslMode = SslMode.Require,
            c => (c.SslMode, c.RootCertificate) = (SslMode.VerifyFull, "/" + Marks.Mark),
            c => (c.SslMode, c.SslCertificate, c.SslPassword) = (SslMode.Require, "/" + Marks.Mark, Marks.Password),
            c => c.Options = $"-c search_path={Marks.Value} -c {Marks.Mark}",
        })
        {
            await using var store = _server.Store(change);
            _recorder.Told(await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync()));
        }

        await AssertNothingWasWrittenAsync();
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("Host=h;{0}=1")]
    [InlineData("Host=h;Password={0};Port={0}")]
    [InlineData("Password={0}")]
    [InlineData("Host=h;Password={0};SSL Mode={0}")]
    [InlineData("Host=h;Password=\"{0}")]
    public void Options_that_are_wrong(string text)
    {
        var secret = text.Replace("{0}", Marks.Password, StringComparison.Ordinal);
        foreach (var options in new PgPubSubOptions[] { new() { ConnectionString = secret }, new() { ConnectionString = "Host=h", ListenConnectionString = secret } })
            _recorder.Told(Assert.Throws<PgPubSubConfigurationException>(() => PgPubSubHub.Start(_system, options)));
        _recorder.Told(Assert.ThrowsAny<Exception>(() => new PostgresStore(new PostgresStoreOptions { ConnectionString = secret })));
        _recorder.AssertSilent();
    }

    private Task UntilHealthAsync(IActorRef hub, Func<Health, bool> holds) =>
        AwaitConditionAsync(async () => holds(_recorder.Told(await hub.Ask<Health>(GetHealth.Instance, Patience))), Patience, TimeSpan.FromMilliseconds(50));

    private async Task AssertNothingWasWrittenAsync()
    {
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        _recorder.AssertSilent();
        Assert.True(_recorder.Heard("log DebugLevel") > 0);
        Assert.True(_recorder.Heard("answer") > 0);
    }
}
