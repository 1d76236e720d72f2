using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Streams.Stages;

namespace PgPubSub.Streams;

/// <summary>Flows that publish and commit.</summary>
public static class PgPubSubFlow
{
    /// <summary>
    /// Publishes each element and emits it as <see cref="Published"/> once it is committed, in order. Elements go out in batches that back-pressure alone makes: what arrives while
    /// two are under way goes into the next. When upstream fails the flow fails at once, and what is under way may be committed all the same.
    /// </summary>
    /// <typeparam name="T">Any event; of a <see cref="Actors.Publish"/> key, type and headers are taken too, and its topic must be the flow's, else it counts as rejected.</typeparam>
    /// <param name="system">The actor system whose hub publishes; the hub must have been started when the stream starts.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="options">Batches, and what a rejected event means: by default that the flow fails with a <see cref="PublishRejectedException"/>.</param>
    /// <returns>The flow.</returns>
    /// <exception cref="ArgumentException">The topic or an option is not usable; says what is wrong.</exception>
    public static Flow<T, Published, NotUsed> Publish<T>(ActorSystem system, string topic, PublishFlowOptions? options = null) => Flow.FromGraph(new PublishStage<T, Published>(
        (options ?? new()).Freeze(system, topic), static element => element, static (_, published) => published, static (_, _) => { }));

    /// <summary>
    /// <see cref="Publish"/> for elements that bear a context. Where the context is <see cref="ICommittable"/>, an event that is dropped nacks its handle with the rejection's reason,
    /// and one that fails the flow leaves it alone: it goes back as its source stops.
    /// </summary>
    /// <typeparam name="T">Any event, as with <see cref="Publish"/>.</typeparam>
    /// <typeparam name="TCtx">The context's type.</typeparam>
    /// <inheritdoc cref="Publish"/>
    public static FlowWithContext<T, TCtx, Published, TCtx, NotUsed> PublishWithContext<T, TCtx>(ActorSystem system, string topic, PublishFlowOptions? options = null) =>
        FlowWithContext.From(Flow.FromGraph(new PublishStage<(T Event, TCtx Context), (Published, TCtx)>(
            (options ?? new()).Freeze(system, topic),
            static element => element.Event,
            static (element, published) => (published, element.Context),
            static (element, rejected) => (element.Context as ICommittable)?.Handle.Nack(rejected.Reason))));

    /// <summary>
    /// Commits the event of each element, in batches, and emits each batch once it is committed. An element whose event was answered before, or has other parts that are not
    /// through, is passed over. While the store is away it waits. What has arrived is told
    /// to be handled also when upstream fails or downstream cancels; a failure may overtake batches that are not emitted, and events that the source has given back before come again.
    /// </summary>
    /// <typeparam name="T">What has the settle handle of a group's event.</typeparam>
    /// <param name="system">The actor system whose hub handed the events out; a handle of another one fails the flow.</param>
    /// <param name="options">Batches, and what an event that is not committed means.</param>
    /// <returns>The flow.</returns>
    /// <exception cref="ArgumentException">An option is not usable; lists every problem.</exception>
    public static Flow<T, CommitBatch, NotUsed> Commit<T>(ActorSystem system, CommitOptions? options = null)
        where T : ICommittable => Flow.FromGraph(new CommitStage<T>((options ?? new()).Freeze(system), static element => element.Handle));

    /// <summary><see cref="Commit"/> for elements whose context is the settle handle.</summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <inheritdoc cref="Commit"/>
    public static Flow<(T, Committable), CommitBatch, NotUsed> CommitWithContext<T>(ActorSystem system, CommitOptions? options = null) =>
        Flow.FromGraph(new CommitStage<(T Element, Committable Handle)>((options ?? new()).Freeze(system), static element => element.Handle));
}
