namespace PgPubSub.Chaos.Roles;

/// <summary>What a worker process does.</summary>
internal enum Role
{
    /// <summary>Publishes at a steady rate.</summary>
    Publisher,

    /// <summary>Is a member of the group, on each topic.</summary>
    Member,
}
