namespace PgPubSub.Actors;

/// <summary>
/// Publishes from outside actors, for example from a controller or a background service. Underneath, the instance batches what is published at the same time.
/// Safe for use by several threads; whoever awaits each publish before the next keeps its order, and so does a caller that does not wait once the host has started.
/// </summary>
/// <remarks>
/// Before the instance has started a publish waits for it; there is no other time limit. Cancelling ends the wait, not a publish that is under way: the event may
/// be committed all the same, unless it was cancelled before the call. After the instance has stopped every publish is rejected.
/// Every method throws <see cref="PublishRejectedException"/> where the request is rejected, <see cref="OperationCanceledException"/> where the wait was cancelled, and
/// <see cref="InvalidOperationException"/> where the actor system has started without an instance of the publisher's name.
/// </remarks>
public interface IPgPubSubPublisher
{
    /// <summary>Publishes one event that needs neither key nor headers.</summary>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="event">What to publish; see <see cref="Publish.Event"/>.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Its place and id, after the commit.</returns>
    /// <exception cref="PublishRejectedException">It was rejected.</exception>
    Task<Published> PublishAsync(string topic, object @event, CancellationToken cancel = default);

    /// <summary>Publishes one event.</summary>
    /// <param name="publish">The event with its topic, key, type and headers.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Its place and id, after the commit.</returns>
    /// <exception cref="PublishRejectedException">It was rejected.</exception>
    Task<Published> PublishAsync(Publish publish, CancellationToken cancel = default);

    /// <summary>Publishes several events under consecutive offsets, all or none.</summary>
    /// <param name="publish">The events.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Their places and ids, after the commit.</returns>
    /// <exception cref="PublishRejectedException">They were rejected.</exception>
    Task<PublishedAll> PublishAllAsync(PublishAll publish, CancellationToken cancel = default);

    /// <summary>Publishes several events, each for itself.</summary>
    /// <param name="publish">The events.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>What became of each, when the last one's outcome is known; also rejected ones are told so.</returns>
    /// <exception cref="PublishRejectedException">The request as a whole was rejected.</exception>
    Task<PublishedEach> PublishEachAsync(PublishEach publish, CancellationToken cancel = default);
}
