using PgPubSub.Core.DeadLetters;

namespace PgPubSub.InMemory.DeadLetters;

/// <summary>A dead letter.</summary>
/// <param name="Group">The number of the group that buried it; null for a private subscriber's.</param>
/// <param name="Letter">What is told of it.</param>
internal sealed record DeadLetterRow(int? Group, BuriedEvent Letter)
{
    /// <summary>Of these there is one at most.</summary>
    public (int?, string?, long) Place => (Group, Group is null ? Letter.Subscriber : null, Letter.Event.Offset);

    public bool Meets(DeadLetterFilter filter) =>
        (filter.Id is null || filter.Id == Letter.Id)
        && (filter.Subscriber is null || filter.Subscriber == Letter.Subscriber)
        && (filter.Type is null || filter.Type == Letter.Event.Type)
        && (filter.DiedFrom is null || Letter.DiedAt >= filter.DiedFrom)
        && (filter.DiedBefore is null || Letter.DiedAt < filter.DiedBefore);
}
