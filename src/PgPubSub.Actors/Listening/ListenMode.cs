namespace PgPubSub.Actors;

/// <summary>Whether a node keeps a connection on which it hears at once what other nodes publish.</summary>
public enum ListenMode
{
    /// <summary>It listens, unless a pooler stands before the server and no connection string leads past it: then it says so once, and polls.</summary>
    Auto,

    /// <summary>It listens, and as long as it can't it is not healthy; it works on by polling.</summary>
    On,

    /// <summary>It doesn't listen and keeps no presence lock; it polls, and counts as dead only when its beats stay away for its time-to-live.</summary>
    Off,
}
