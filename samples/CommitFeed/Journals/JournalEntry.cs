using System.Text.Json.Serialization;

namespace CommitFeed.Journals;

/// <summary>What a journal's line says.</summary>
internal enum Note
{
    /// <summary>The process serves.</summary>
    Up,

    /// <summary>A reader's subscription stands; the offset is its position.</summary>
    Subscribed,

    /// <summary>An event was confirmed to its publisher.</summary>
    Confirmed,

    /// <summary>An event was handed out; written before anything is done about it.</summary>
    HandedOut,

    /// <summary>An event was handled; written before it is acked.</summary>
    Handled,
}

/// <summary>One line of a journal.</summary>
/// <param name="What">What happened.</param>
/// <param name="At">When, by <see cref="JournalClock"/>, in microseconds.</param>
/// <param name="Offset">Where in the topic.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Attempt">The number of the hand-out, from 1.</param>
/// <param name="Damaged">Whether the event's bytes are not those that were published.</param>
internal readonly record struct JournalEntry(
    Note What, long At, long Offset,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Guid Id = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Attempt = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Damaged = false);
