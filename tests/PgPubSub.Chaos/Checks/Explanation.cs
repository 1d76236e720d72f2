using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>Why an event may be handed out once more: R3's reasons, each with its evidence.</summary>
internal enum Explanation
{
    /// <summary>It may not.</summary>
    None,

    /// <summary>The member nacked it.</summary>
    Nack,

    /// <summary>The member held it past its deadline.</summary>
    Deadline,

    /// <summary>The member had not answered when its node was taken over: the node's row was seen to go.</summary>
    LostLease,

    /// <summary>The member had answered, and its node was taken over before that was confirmed.</summary>
    LostConfirmation,
}

/// <summary>Finds the reason. That something was going wrong is none.</summary>
internal sealed class Explanations(Evidence evidence)
{
    // A member writes down a hand-out a moment after the deadline began to run.
    private const long Slack = 300_000;

    private readonly long _deadline = (long)evidence.Limits.AckDeadline.TotalMicroseconds;
    private readonly NodeLives _lives = new(evidence);
    private readonly Stalls _stalls = new(evidence);
    private readonly Lazy<Dictionary<long, long>> _sent = new(() => evidence.Workers.SelectMany(worker => worker.Facts).Where(fact => fact.What is Note.Sent)
        .GroupBy(fact => fact.Number).ToDictionary(same => same.Key, same => same.Min(fact => fact.At)));
    private readonly Dictionary<(string, long), long> _warm = evidence.Workers.ToDictionary(worker => (worker.Worker, worker.Start), worker =>
        worker.Facts.Where(fact => fact.What is Note.HandedOut).Take(evidence.Limits.WarmAfter).LastOrDefault()?.At ?? long.MinValue);

    /// <summary>Why one hand-out was followed by another with a higher attempt.</summary>
    public Explanation Of(HandOut first, HandOut next)
    {
        if (first.IsSettled)
            return Explanation.None;
        if (first.On(Note.Nacked) is { } nack && nack.At < next.At)
            return Explanation.Nack;
        if (IsLost(first, next.At))
            return Answered(first) < next.At ? Explanation.LostConfirmation : Explanation.LostLease;
        return IsLate(first, next) || IsLateAtStart(first) ? Explanation.Deadline : Explanation.None;
    }

    /// <summary>Whether the member's node was taken over while it held an event, before a moment.</summary>
    public bool IsLost(HandOut handOut, long before) => !handOut.IsSettled && _lives.LostWith(handOut, before);

    private bool IsLate(HandOut first, HandOut next)
    {
        var held = _deadline - Slack - _stalls.Around(first, _deadline);
        return next.At - first.At >= held && Answered(first) - first.At >= held;
    }

    // While a process compiles what it runs for the first time, it may hear an answer late that its member gave in time: then it takes the delivery back, and that long after
    // the event was sent.
    private bool IsLateAtStart(HandOut first) =>
        first.At <= _warm[(first.Journal.Worker, first.Journal.Start)] && first.On(Note.Revoked) is { } revoked
        && revoked.At - _sent.Value.GetValueOrDefault(first.Fact.Number, long.MaxValue) >= _deadline;

    private static long Answered(HandOut handOut) => (handOut.On(Note.Acked) ?? handOut.On(Note.Buried))?.At ?? long.MaxValue;
}
