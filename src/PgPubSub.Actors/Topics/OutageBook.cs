using Akka.Actor;

namespace PgPubSub.Actors.Topics;

/// <summary>Who wants to hear when the store is lost and when it is back; each is told a change once, and how it is to begin with where it is lost.</summary>
internal sealed class OutageBook
{
    private readonly HashSet<IActorRef> _watchers = [];
    private string? _problem;

    public void Add(IActorRef watcher)
    {
        if (_watchers.Add(watcher) && _problem is { } problem)
            watcher.Tell(new OutageBegan(problem));
    }

    public bool Remove(IActorRef watcher) => _watchers.Remove(watcher);

    public void Tell(string? problem)
    {
        var changed = problem is null != _problem is null;
        _problem = problem;
        if (!changed)
            return;
        foreach (var watcher in _watchers)
            watcher.Tell(problem is null ? OutageEnded.Instance : new OutageBegan(problem));
    }
}
