namespace PgPubSub.Testing.Processes;

/// <summary>The user that the server runs as: the caller, or, since PostgreSQL refuses root, postgres or nobody.</summary>
internal sealed class OrdinaryUser
{
    private readonly string? _name;
    private readonly IReadOnlyList<string> _prefix;

    private OrdinaryUser(string? name, IReadOnlyList<string> prefix) => (_name, _prefix) = (name, prefix);

    public static async Task<OrdinaryUser> FindAsync(CancellationToken cancel)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new OrdinaryUser(null, []);
        }

        foreach (var name in (string[])["postgres", "nobody"])
        {
            var user = await Command.RunAsync(["id", "-u", name], cancel);
            var group = await Command.RunAsync(["id", "-g", name], cancel);
            if (user.Succeeded && group.Succeeded && PrefixFor(name, user.Output, group.Output) is { } prefix)
            {
                return new OrdinaryUser(name, prefix);
            }
        }

        throw new ServerStartException("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as (or none of runuser, setpriv, sudo and su to become it).");
    }

    public IReadOnlyList<string> Words(params IReadOnlyList<string> words) => [.. _prefix, .. words];

    /// <summary>Hands a new folder to this user.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancel)
    {
        if (_name is null)
        {
            return;
        }

        var owned = await Command.RunAsync(["chown", _name, folder], cancel);
        if (!owned.Succeeded)
        {
            throw new ServerStartException($"{folder} could not be given to the user {_name}: {owned.Output}");
        }
    }

    private static IReadOnlyList<string>? PrefixFor(string name, string user, string group)
    {
        if (SearchPath.Find("runuser") is { } runuser)
        {
            return [runuser, "-u", name, "--"];
        }

        if (SearchPath.Find("setpriv") is { } setpriv)
        {
            return [setpriv, "--reuid", user, "--regid", group, "--clear-groups", "--"];
        }

        if (SearchPath.Find("sudo") is { } sudo)
        {
            return [sudo, "-u", name, "--"];
        }

        // nobody has no login shell, so su is given one, which then becomes the command
        return SearchPath.Find("su") is { } su ? [su, "-s", "/bin/sh", "-c", "exec \"$@\"", name, "--", "sh"] : null;
    }
}
