using PgPubSub.Samples.Shared.Programs;

namespace WebShop;

/// <summary>Which part of the shop a process plays.</summary>
internal enum Role
{
    /// <summary>Both.</summary>
    All,

    /// <summary>Takes orders.</summary>
    Shop,

    /// <summary>Handles them.</summary>
    Handlers,
}

/// <summary>What the program was started with.</summary>
/// <param name="Role">What this process does.</param>
/// <param name="Port">Where it listens; 0: anywhere that is free.</param>
/// <param name="Schema">The schema that all processes of a shop share; null: one of its own, which is dropped at the end.</param>
internal sealed record Options(Role Role, int Port, string? Schema);

/// <summary>From arguments to <see cref="Options"/>.</summary>
internal static class CommandLine
{
    private const int DefaultPort = 5080;

    public static readonly string Usage = $"""
        usage: dotnet run --project samples/WebShop [-- --port N] [--role all|shop|handlers] [--schema NAME]
          --port N       listen on this port of the local machine, 0 to 65535 ({DefaultPort} unless given; 0: any that is free)
          --role ROLE    shop takes orders, handlers handle them, all does both (all unless given)
          --schema NAME  the schema that the processes of a shop share (one of its own unless given)
        """;

    /// <summary>Null where help is asked for.</summary>
    public static Options? Parse(IReadOnlyList<string> args)
    {
        if (args is ["--help" or "-h"])
            return null;
        var options = new Options(Role.All, DefaultPort, null);
        for (var i = 0; i < args.Count; i += 2)
        {
            options = args[i] switch
            {
                "--port" => options with { Port = OptionValues.NumberAfter(args, i, 0, 65_535) },
                "--schema" => options with { Schema = OptionValues.After(args, i) },
                "--role" => options with { Role = RoleOf(OptionValues.After(args, i)) },
                var unknown => throw new UsageException($"There is no option '{unknown}'."),
            };
        }

        return options;
    }

    private static Role RoleOf(string name) => name switch
    {
        "all" => Role.All,
        "shop" => Role.Shop,
        "handlers" => Role.Handlers,
        _ => throw new UsageException($"--role is '{name}'; it must be all, shop or handlers."),
    };
}
