using PgPubSub.Core.Topics;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>What somebody published, and what he was told of it.</summary>
internal sealed class Publication(IReadOnlyList<NewEvent> events)
{
    public IReadOnlyList<NewEvent> Events => events;

    public long? First { get; set; }

    /// <summary>Set where it was refused: whether it may be sent again.</summary>
    public bool? CanRetry { get; set; }

    public bool IsTold => First is not null || CanRetry is not null;

    public override string ToString() => $"event {BitConverter.ToInt32(events[0].Id.ToByteArray())}";
}
