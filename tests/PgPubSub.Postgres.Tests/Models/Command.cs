namespace PgPubSub.Postgres.Tests.Models;

/// <summary>A call that was drawn.</summary>
/// <param name="Text">What people read.</param>
/// <param name="Bind">Resolves on one side what the call names, and makes the call that is then sent on a connection.</param>
internal sealed record Command(string Text, Func<Side, Func<Stores, Task<Answer>>> Bind)
{
    /// <summary>The locks that it asks for whatever it then finds; rows that it changes are seen by what it changes.</summary>
    public Action<Locks>? Locks { get; init; }

    /// <summary>Whether it deletes events, so that others read less.</summary>
    public bool Takes { get; init; }

    /// <summary>Whether its rows are changed by transactions that come after its first.</summary>
    public bool ChangesLater { get; init; }

    /// <summary>Whether it passes over rows that others have locked.</summary>
    public bool PassesOver { get; init; }

    /// <summary>The node under whose name it claims.</summary>
    public Guid? Claimer { get; init; }

    /// <summary>The node whose row it removes.</summary>
    public Guid? Removes { get; init; }

    /// <summary>The token under which it claims.</summary>
    public Guid? Token { get; init; }

    /// <summary>Whether it may come while another is held.</summary>
    public bool MayInterleave { get; init; } = true;
}

/// <summary>How two calls that were under way together are put in order.</summary>
internal enum Order
{
    /// <summary>Only the first took effect.</summary>
    First,

    /// <summary>Only the second took effect.</summary>
    Second,

    FirstSecond,

    SecondFirst,

    /// <summary>A claim looked at its node's row before the other call removed it.</summary>
    ClaimOfAGoneNode,

    /// <summary>
    /// A trim or a clear drops the retries that it sees; those that the other call writes meanwhile stay, have no event, and are told as lost when they are claimed.
    /// </summary>
    TakenUnseen,

    /// <summary>Only the second took effect, and passed over the rows that the first had locked.</summary>
    PassedOver,
}

/// <summary>A step of a history: one call, or two that were under way together.</summary>
/// <param name="First">The call, or the one that was held before its commit.</param>
/// <param name="Second">The one that came meanwhile.</param>
/// <param name="Order">Their order.</param>
internal sealed record Step(Command First, Command? Second, Order Order)
{
    /// <summary>The rows that the second passed over.</summary>
    public IReadOnlySet<string>? Passed { get; init; }
}
