namespace PgPubSub.Proxies;

/// <summary>Where on its way a session is cut.</summary>
public enum Cut
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>At its next request: the server gets half of what comes.</summary>
    Request,

    /// <summary>At the server's next answer: the client never gets it.</summary>
    Reply,
}
