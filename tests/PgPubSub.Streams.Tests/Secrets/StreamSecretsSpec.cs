using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Secrets;

/// <summary>What flows through streams stands in no log, span or exception of theirs, while all is well and when they fail.</summary>
public sealed class StreamSecretsSpec : StreamSpec
{
    private readonly Recorder _recorder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _recorder.Dispose();
    }

    [Fact]
    public async Task Streams_that_fail_quote_nothing()
    {
        var (system, serializer) = (_recorder.Start("secrets"), new SecretSerializer());
        var options = Options();
        options.Serializer = serializer;
        PgPubSubHub.Start(system, options);
        var materializer = system.Materializer();
        _recorder.Told(await Source.From([Marks.Event("t", new Secret(Marks.Payload)), Marks.Event("t")])
            .Via(PgPubSubFlow.Publish<Publish>(system, "t")).RunWith(Sink.Seq<Published>(), materializer).WaitAsync(Patience));

        await FailAsync(() => Source.Single(Marks.Event("t", key: "\0" + Marks.Key)).RunWith(PgPubSubSink.Publish<Publish>(system, "t"), materializer));
        await serializer.FailAsync(() => FailAsync(() => Source.Single(new Secret(Marks.Payload)).RunWith(PgPubSubSink.Publish<Secret>(system, "t"), materializer)));
        await serializer.FailAsync(() => FailAsync(() => PgPubSubSource.Replay<Secret>(system, "t").RunWith(Sink.Ignore<TopicEvent<Secret>>(), materializer)));
        _recorder.Told(await PgPubSubSource.Replay(system, "t").RunWith(Sink.Seq<TopicEvent>(), materializer).WaitAsync(Patience));
        _recorder.Told(await PgPubSubSource.Replay<Secret>(system, "t", to: 1).RunWith(Sink.Seq<TopicEvent<Secret>>(), materializer).WaitAsync(Patience));
        var held = _recorder.Told(await PgPubSubSource.Group(system, "t", "g").Take(2).RunWith(Sink.Seq<Committable>(), materializer).WaitAsync(Patience));
        _recorder.Told(await Record.ExceptionAsync(() => Source.From(held).RunWith(PgPubSubSink.Commit<Committable>(system), materializer).WaitAsync(Patience))); // their source is over
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);

        _recorder.AssertSilent();
        Assert.True(_recorder.Heard("log DebugLevel") > 0);
    }

    private async Task<Exception> FailAsync(Func<Task> stream) => _recorder.Told(await Assert.ThrowsAnyAsync<Exception>(() => stream().WaitAsync(Patience)));
}
