namespace PgPubSub.Testing;

/// <summary>What a <see cref="ThrowawayServer"/> is made of.</summary>
public sealed class ThrowawayOptions
{
    /// <summary>
    /// Server settings as in <c>postgresql.conf</c>, for example <c>("wal_level", "logical")</c>; a later one of the same name wins.
    /// </summary>
    /// <value>None. The server's own defaults hold, durability included, except 200 connections and a loopback TCP port.</value>
    public IList<(string Name, string Value)> Settings { get; set; } = [];

    /// <summary>The folders to look for server binaries in, first match first; null to search this machine.</summary>
    /// <value>null: PATH, <c>pg_config --bindir</c>, then the usual folders, newest version first.</value>
    public IReadOnlyList<string>? BinaryFolders { get; set; }

    /// <summary>The folder that the server's own folder is made in; the server's user must be able to reach it.</summary>
    /// <value>null: the temporary folder; /tmp when root calls, since root's own is often closed to others.</value>
    public string? ParentFolder { get; set; }

    /// <summary>How long one start or stop of the server may take, in whole seconds; at least one.</summary>
    /// <value>60 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Environment variables of the server's processes, for example a library that sets their clock.</summary>
    internal IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
