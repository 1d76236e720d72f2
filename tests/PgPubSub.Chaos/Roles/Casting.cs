using System.Globalization;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Roles;

/// <summary>What a worker process is told at its start.</summary>
/// <param name="Role">What it does.</param>
/// <param name="Name">Its name, which ends in a number.</param>
/// <param name="Start">The number of this start, from 1.</param>
/// <param name="Schema">The schema.</param>
/// <param name="Journal">The file to write its facts to.</param>
/// <param name="Terms">The scenario's terms.</param>
internal sealed record Casting(Role Role, string Name, int Start, string Schema, string Journal, Terms Terms)
{
    /// <summary>The first argument of a worker process.</summary>
    public const string First = "role";

    /// <summary>Its random choices, which no other worker and no other start makes.</summary>
    public Random Random() => new(unchecked((Terms.Seed * 31 + Number + (int)Role * 10) * 31 + Start));

    /// <summary>The first of the numbers of its events.</summary>
    public long FirstNumber => (Number * 1_000L + Start) * 1_000_000_000L;

    private int Number => int.Parse(Name[(Name.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Words => [First, Role.ToString(), Name, Start.ToString(CultureInfo.InvariantCulture), Schema, Journal, .. Terms.Words];

    /// <summary>Null where the words are not those of a worker process.</summary>
    public static Casting? Parse(string[] words) => words is [First, var role, var name, var start, var schema, var journal, var seed, var isLong]
        ? new Casting(Enum.Parse<Role>(role), name, int.Parse(start, CultureInfo.InvariantCulture), schema, journal, Terms.Parse(seed, isLong))
        : null;
}
