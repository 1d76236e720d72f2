namespace PgPubSub.Streams;

/// <summary>What a committer takes: something that has the settle handle of a group's event.</summary>
public interface ICommittable
{
    /// <summary>The settle handle.</summary>
    Committable Handle { get; }
}
