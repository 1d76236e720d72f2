using Akka.Actor;

namespace PgPubSub.Actors.Topics;

/// <summary>The hub's own services, each under a name. One that crashed is started anew and told again what it must know.</summary>
internal sealed class NodeServices(Func<Props, string?, IActorRef> start)
{
    public const string Node = "node";
    public const string Poll = "poll";
    public const string Listener = "listener";
    public const string Notifier = "notifier";
    public const string Operator = "operator";
    public const string Janitor = "janitor";
    public const string Unread = "unread";
    public const string Measures = "measures";

    private readonly Dictionary<string, (Func<Props> Props, Action<IActorRef> Prime)> _kinds = [];
    private readonly Dictionary<string, IActorRef> _running = [];
    private readonly SortedSet<string> _resting = new(StringComparer.Ordinal);

    /// <summary>Those that crashed and are not started anew yet.</summary>
    public IEnumerable<string> Resting => _resting;

    public IActorRef this[string name] => _running.GetValueOrDefault(name, ActorRefs.Nobody);

    public string? NameOf(IActorRef actor) => _running.FirstOrDefault(service => service.Value.Equals(actor)).Key;

    public void Add(string name, Func<Props> props, Action<IActorRef>? prime = null)
    {
        _kinds.Add(name, (props, prime ?? (_ => { })));
        Start(name);
    }

    public void Rest(string name) => _resting.Add(name);

    public void Start(string name)
    {
        _resting.Remove(name);
        var (props, prime) = _kinds[name];
        prime(_running[name] = start(props(), name));
    }
}
