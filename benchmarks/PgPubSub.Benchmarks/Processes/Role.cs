namespace PgPubSub.Benchmarks.Processes;

/// <summary>What a child process does.</summary>
internal enum Role
{
    /// <summary>Has a consumer in a group that acks everything, from when it is told to.</summary>
    Consume,

    /// <summary>Has a consumer in a group that answers nothing.</summary>
    Hold,

    /// <summary>Publishes at a steady pace, each event with the moment in it.</summary>
    Pace,

    /// <summary>Has subscriptions to which nothing comes.</summary>
    Idle,

    /// <summary>Has an actor system and nothing of the library.</summary>
    Bare,

    /// <summary>Has many private subscribers.</summary>
    Crowd,
}
