namespace PgPubSub.Postgres.Statements;

/// <summary>The names of all SQL blocks; a test proves that the files name the same set.</summary>
internal static class Sql
{
    public const string EnsureTopic = "ensure_topic";
    public const string Append = "append";
    public const string ReadPage = "read_page";
    public const string Locate = "locate";
    public const string RaiseFloor = "raise_floor";
    public const string Sweep = "sweep";
    public const string Claim = "claim";
    public const string ReadClaimed = "read_claimed";
    public const string FindClaim = "find_claim";
    public const string ClaimRetries = "claim_retries";
    public const string ReadRetries = "read_retries";
    public const string SettleWhole = "settle_whole";
    public const string Settle = "settle";
    public const string SettleRetries = "settle_retries";
    public const string BuryPrivate = "bury_private";
    public const string EnsureGroup = "ensure_group";
    public const string Seek = "seek";
    public const string Register = "register";
    public const string Beat = "beat";
    public const string HeldTokens = "held_tokens";
    public const string Watch = "watch";
    public const string TakeOver = "take_over";
    public const string ReturnOrphans = "return_orphans";
    public const string Mark = "mark";
    public const string Depart = "depart";
    public const string PollTails = "poll_tails";
    public const string PollRetries = "poll_retries";
    public const string Notify = "notify";
    public const string Listen = "listen";
    public const string HoldPresence = "hold_presence";
    public const string Backend = "backend";
    public const string EndBackend = "end_backend";
    public const string KeepAlive = "keep_alive";
    public const string Unlisten = "unlisten";
    public const string ReleasePresence = "release_presence";
    public const string Server = "server";
    public const string LockMigrations = "lock_migrations";
    public const string MigrationsExist = "migrations_exist";
    public const string Migrations = "migrations";
    public const string CreateSchema = "create_schema";
    public const string CreateMigrations = "create_migrations";
    public const string RecordMigration = "record_migration";
    public const string Begin = "begin";
    public const string Commit = "commit";
    public const string Rollback = "rollback";
    public const string LimitLockWait = "limit_lock_wait";
}
