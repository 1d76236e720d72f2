using PgPubSub.Actors.Telemetry;

namespace PgPubSub.Actors;

/// <summary>
/// Publishes several events in one message, each for itself, in their order: one that is rejected keeps no other from being published. What there is no room for at once follows when
/// there is; as many again as <see cref="PgPubSubOptions.MaxPendingEvents"/> may wait so.
/// Answered once with <see cref="PublishedEach"/> when the last one's outcome is known, or with <see cref="PublishRejected"/> where the request itself is wrong or its node is stopping.
/// </summary>
/// <param name="Topic">The topic; made on first use.</param>
/// <param name="Events">The events, at least one and at most 10,000; their <see cref="Publish.Topic"/> must be the same.</param>
public sealed record PublishEach(string Topic, IReadOnlyList<Publish> Events) : ITopicCommand
{
    /// <inheritdoc cref="PublishAll.Origin"/>
    internal TraceOrigin Origin { get; } = TraceOrigin.Here;

    /// <summary>Never shows an event.</summary>
    /// <returns>The topic and the number of events.</returns>
    public override string ToString() => $"PublishEach of {Events?.Count} to {Topic}";
}

/// <summary>What became of each event of a <see cref="PublishEach"/>.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Replies">A <see cref="Published"/> or <see cref="PublishRejected"/> for each event, in the order of <see cref="PublishEach.Events"/>.</param>
public sealed record PublishedEach(string Topic, IReadOnlyList<IPublishReply> Replies) : IPublishReply
{
    /// <summary>Shows how many there are.</summary>
    /// <returns>The topic and the number of events.</returns>
    public override string ToString() => $"PublishedEach of {Replies?.Count} to {Topic}";
}
