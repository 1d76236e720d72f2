namespace PgPubSub.Core.Nodes;

/// <summary>When a private subscriber tells its mark, which moves with each answer: at once where it holds nothing, and else now and then.</summary>
/// <param name="interval">The longest time between two marks while it holds something.</param>
internal sealed class MarkPacer(TimeSpan interval)
{
    /// <summary>When the next mark is due; null while none was put off.</summary>
    public TimeSpan? NextTick { get; private set; }

    /// <summary>Whether the mark is to be told now.</summary>
    public bool IsDue(bool holdsNothing, TimeSpan now)
    {
        var due = holdsNothing || NextTick <= now;
        NextTick = due ? null : NextTick ?? now + interval;
        return due;
    }
}
