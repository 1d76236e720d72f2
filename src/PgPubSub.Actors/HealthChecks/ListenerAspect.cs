namespace PgPubSub.Actors.HealthChecks;

/// <summary>Whether wake-ups are heard, or other nodes' events found by polling.</summary>
internal static class ListenerAspect
{
    public static Verdict Judge(InstanceSight seen)
    {
        var settings = seen.Settings!;
        if (settings.Listen is ListenMode.Off)
            return Verdict.Healthy($"Listen is Off: events of other nodes are found by polling, every {settings.PollInterval}.").With("state", "off");
        if (seen.Node is not { } node)
            return Verdict.Unhealthy(NodeAspect.Silent);
        if (node.Listener is { Hears: true })
            return Verdict.Healthy("Wake-ups are heard.").With("state", "listening");
        var polling = $"events of other nodes are found by polling, every {settings.PollInterval}.";
        if (node.Listener is not { Why: { } why } listener)
            return (settings.Listen is ListenMode.On ? Verdict.Unhealthy($"The listening connection is not open yet; Listen is On, and {polling}") : Verdict.Degraded($"The listening connection is not open yet; {polling}"))
                .With("state", "opening");
        var said = listener.Unwell
            ? Verdict.Unhealthy($"Wake-ups are not heard: {why} {(settings.Listen is ListenMode.On ? "Listen is On, which insists on them; " : "")}{polling}")
            : Verdict.Degraded($"Wake-ups are not heard: {why} Meanwhile {polling} The node tries again by itself; behind a pooler set ListenConnectionString, or Listen to Off.");
        return said.With("state", "polling");
    }
}
