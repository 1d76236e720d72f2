namespace PgPubSub.Postgres.Verification;

/// <summary>What to say of each kind of finding.</summary>
internal static class Findings
{
    private const string TellUs = "No failure of a node or of the server explains this: look for who writes to the tables by hand or restored a part of them, and report it with the server's version.";

    public static string Advice(FindingKind kind) => kind switch
    {
        FindingKind.Gap => "Readers pass over what is missing; restore it from a backup if it is needed. " + TellUs,
        FindingKind.EventDoubled => "Handlers that know event ids handle it once. " + TellUs,
        FindingKind.TimeGoesBack => "A start or seek by time near it may be off; offsets are right. " + TellUs,
        FindingKind.GroupWithoutCursor => "It can't claim: drop the group and subscribe anew from where it shall go on. " + TellUs,
        FindingKind.CursorPastHead => "The log was set back, for example by a failover to a standby that lagged: seek the group to the tail, or to where it shall go on; until then it waits for the tail to pass it.",
        FindingKind.CursorBelowFloor => "ClearTopic or a limit of the backlog took what the group had not handled; its members hear of it at their next claim. Run one, or drop the group if nobody needs it.",
        FindingKind.CursorLeftBehind => "Somebody had its row locked while the group went on. It harms nobody and goes at the next trim.",
        FindingKind.LeasesOverlap => "An event may be handled by two nodes at a time: restart the nodes that serve the group. " + TellUs,
        FindingKind.LeaseOfOldGeneration => "It is worth nothing to its node; seek the group to where it stands, which takes it away. " + TellUs,
        FindingKind.LeaseBeyondCursor => "What it holds will be claimed once more: seek the group to where it shall go on. " + TellUs,
        FindingKind.LeaseWithoutNode or FindingKind.RetryWithoutNode => "Start a node that serves the group: it takes over what a node held that is gone.",
        FindingKind.RetryWithoutEvent => "It can't be handled any more; a member of the group passes over it at its next attempt. Where it stays though the group is served, look for who deleted the event.",
        FindingKind.RetryInsideLease => "The event will be handled twice, the second time with a higher attempt. " + TellUs,
        FindingKind.DeadLetterDoubled => "Purge one of them by its number, and rebuild the unique indexes of the table dead_letter (REINDEX): one of them is gone or broken.",
        FindingKind.MarkWithoutNode => "It keeps nothing from being trimmed. Its row may be deleted.",
        FindingKind.VacuumHeldBack => "End that session (pg_terminate_backend), transaction (ROLLBACK PREPARED) or slot (pg_drop_replication_slot) if nobody needs it: until then dead rows pile up in all tables of the database. "
            + "For sessions set idle_in_transaction_session_timeout.",
        FindingKind.TableLocked => "Wait for it or end that session (pg_terminate_backend): publishing or settling stands still meanwhile. Change the schema with lock_timeout set.",
        FindingKind.NotLookedAt => "Verify again; where a table lock is told too, when it is gone.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };

    public static Finding Of(FindingKind kind, string what, string? topic = null, string? group = null, long? offset = null, Holder? holder = null) =>
        new(kind, what, Advice(kind)) { Topic = topic, Group = group, Offset = offset, Holder = holder };

    public static string What(FindingKind kind, long? offset, long? other, Guid? node) => kind switch
    {
        FindingKind.GroupWithoutCursor => "The group has no cursor.",
        FindingKind.CursorPastHead => $"The cursor is at {offset}, past the tail {other}.",
        FindingKind.CursorBelowFloor => $"The cursor is at {offset}, below the floor {other}.",
        FindingKind.CursorLeftBehind => $"A cursor at {offset} is there besides the newest at {other}.",
        FindingKind.LeasesOverlap => $"The lease from {offset} of node {node} begins below {other}, which another reaches.",
        FindingKind.LeaseOfOldGeneration => $"The lease from {offset} to {other} of node {node} is of a generation before the cursor's.",
        FindingKind.LeaseBeyondCursor => $"The lease from {offset} to {other} of node {node} goes beyond the cursor.",
        FindingKind.LeaseWithoutNode => $"The lease from {offset} to {other} is held by node {node}, which is not there.",
        FindingKind.MarkWithoutNode => $"Node {node}, which is not there, keeps a mark at {offset}.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };
}
