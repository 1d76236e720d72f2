using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Readers;

/// <summary>What a topic's reader is to do.</summary>
internal abstract record ReaderEffect
{
    private ReaderEffect() { }

    /// <summary>Read a page of the log; answered with PageRead or ReadFailed. Tail is how far the topic had come when it was asked.</summary>
    public sealed record Read(long From, long Tail) : ReaderEffect;

    /// <summary>See whether the log still has this event; answered with Checked.</summary>
    public sealed record Check(long Offset, Guid Id) : ReaderEffect;

    /// <summary>Keep a page for those who are a little behind, and hand it to everybody.</summary>
    public sealed record Hand(IReadOnlyList<StoredEvent> Events) : ReaderEffect;

    /// <summary>What was heard of below a tail is not there: everybody hears of it, and finds out for itself whether it has missed something.</summary>
    public sealed record Missing(long Tail) : ReaderEffect;

    /// <summary>Pages that are kept may not be what the log says now.</summary>
    public sealed record Forget : ReaderEffect;

    /// <summary>Everybody is to look at what was read behind an offset; below and at it the log is what it was.</summary>
    public sealed record LookAgain(long Proven) : ReaderEffect;
}
