namespace PgPubSub.Actors.HealthChecks;

/// <summary>One of the things that a health check tells.</summary>
/// <param name="Name">The check's name.</param>
/// <param name="Tags">The check's tags.</param>
/// <param name="Judge">Judges what was seen.</param>
internal sealed record Aspect(string Name, string[] Tags, Func<InstanceSight, PgPubSubHealthOptions, Verdict> Judge)
{
    private const string Every = "pgpubsub";
    private const string Ready = "ready";

    // None is for liveness: a restart mends nothing of what they tell, and a database that is away would restart every node.
    public static IReadOnlyList<Aspect> All { get; } =
    [
        new("pgpubsub.database", [Every, Ready], (seen, _) => DatabaseAspect.Judge(seen)),
        new("pgpubsub.schema", [Every, Ready], (seen, _) => SchemaAspect.Judge(seen)),
        new("pgpubsub.listener", [Every], (seen, _) => ListenerAspect.Judge(seen)),
        new("pgpubsub.node", [Every, Ready], (seen, _) => NodeAspect.Judge(seen)),
        new("pgpubsub.groups", [Every], GroupsAspect.Judge),
        new("pgpubsub.obstacles", [Every], (seen, _) => ObstaclesAspect.Judge(seen)),
    ];
}
