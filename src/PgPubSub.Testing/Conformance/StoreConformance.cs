using PgPubSub.Testing.Conformance.Checks;

namespace PgPubSub.Testing.Conformance;

/// <summary>
/// What every store must do, whatever it is built on. A project with a store of its own runs each check as a test of its framework and is done when none
/// throws; see docs/conformance.md.
/// </summary>
public static class StoreConformance
{
    /// <summary>All checks, in the order of the rules.</summary>
    public static IReadOnlyList<StoreCheck> Checks { get; } =
    [
        .. AppendChecks.All, .. AppendOnceChecks.All, .. ClaimChecks.All, .. RedeliveryChecks.All, .. HistoryChecks.All, .. LateAnswerChecks.All, .. AckChecks.All, .. BurialChecks.All,
        .. LastAttemptChecks.All, .. SuspectChecks.All, .. CompanyChecks.All, .. RetentionChecks.All, .. BacklogChecks.All, .. CursorChecks.All,
        .. LogChecks.All, .. TopicChecks.All, .. GroupChecks.All, .. GroupStatusChecks.All, .. GroupMeasureChecks.All, .. PatternChecks.All, .. DeadLetterChecks.All, .. RedriveChecks.All,
        .. NodeChecks.All, .. PollChecks.All, .. WakeupChecks.All,
    ];
}
