namespace PgPubSub.Streams;

/// <summary>What a source does when history is lost that it had not read (retention took it) or had read (a failover took it back). It is logged either way.</summary>
public enum LostHistoryMode
{
    /// <summary>It goes on behind the gap, or from the fork.</summary>
    Continue,

    /// <summary>It fails with <see cref="HistoryLostException"/>.</summary>
    Fail,
}
