namespace PgPubSub.Actors;

/// <summary>A publish was rejected. Thrown by <see cref="IPgPubSubPublisher"/>, and what a stream that publishes fails with.</summary>
/// <param name="rejection">Why, and whether a retry can help.</param>
public sealed class PublishRejectedException(PublishRejected rejection)
    : Exception($"An event was not published to {(rejection ?? throw new ArgumentNullException(nameof(rejection))).Topic}: {rejection.Reason}")
{
    /// <summary>Why, and whether a retry can help.</summary>
    public PublishRejected Rejection { get; } = rejection;
}
