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

    /// <summary>Commits the event of each element, as <see cref="PgPubSubFlow.Commit"/> does; its task completes when all are, and fails with the stream.</summary>
    /// <returns>The sink.</returns>
    /// <inheritdoc cref="PgPubSubFlow.Commit"/>
    public static Sink<T, Task<Done>> Commit<T>(ActorSystem system, CommitOptions? options = null)
        where T : ICommittable => PgPubSubFlow.Commit<T>(system, options).ToMaterialized(Sink.Ignore<CommitBatch>(), Keep.Right);

    /// <summary><see cref="Commit"/> for elements whose context is the settle handle: what a source with context ends in.</summary>
    /// <returns>The sink.</returns>
    /// <inheritdoc cref="PgPubSubFlow.CommitWithContext"/>
    public static Sink<(T, Committable), Task<Done>> CommitWithContext<T>(ActorSystem system, CommitOptions? options = null) =>
        PgPubSubFlow.CommitWithContext<T>(system, options).ToMaterialized(Sink.Ignore<CommitBatch>(), Keep.Right);
}
