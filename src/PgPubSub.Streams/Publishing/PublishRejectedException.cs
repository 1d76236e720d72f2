using PgPubSub.Actors;

namespace PgPubSub.Streams;

/// <summary>A stream failed because an event that it was to publish was rejected.</summary>
/// <param name="rejection">Why, and whether a retry can help.</param>
public sealed class PublishRejectedException(PublishRejected rejection)
    : Exception($"An event was not published to {(rejection ?? throw new ArgumentNullException(nameof(rejection))).Topic}: {rejection.Reason}")
{
    /// <summary>Why, and whether a retry can help.</summary>
    public PublishRejected Rejection { get; } = rejection;
}
