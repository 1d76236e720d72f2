namespace PgPubSub.Chaos.Roles;

/// <summary>What a worker process does.</summary>
internal enum Role
{
    /// <summary>Publishes at a steady rate.</summary>
    Publisher,

    /// <summary>Is a member of the group, on each topic.</summary>
    Member,
}

/// <summary>What a worker process and its scene say to each other.</summary>
internal static class RoleWords
{
    /// <summary>The first argument of a worker process.</summary>
    public const string First = "role";

    /// <summary>It works.</summary>
    public const string Ready = "ready";

    /// <summary>A publisher is to publish no more, and has heard of all that it sent.</summary>
    public const string Stop = "stop", Stopped = "stopped";
}
