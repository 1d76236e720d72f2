using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>A group's row in the store: finds or makes it, changes its rules, and looks again when it has changed. One call is under way at a time.</summary>
internal sealed class GroupLink(SubscriptionTerms terms, Stores stores, IActorRef self, CancellationToken stop)
{
    private GroupRules? _wanted = terms.Change ? terms.Rules : null;
    private bool _calling, _again;

    /// <summary>The group as it was last read; null before it is open.</summary>
    public GroupState? State { get; private set; }

    /// <summary>These rules are to hold for all members.</summary>
    public void Want(GroupRules rules)
    {
        _wanted = rules;
        if (State is not null)
            Look();
    }

    /// <summary>The group may have changed.</summary>
    public void Learn(long version)
    {
        if (State is { } state && state.Version != version)
            Look();
    }

    /// <summary>Reads the group, or makes it. Answered with <see cref="Read"/> or <see cref="ReadFailed"/>.</summary>
    public void Look()
    {
        _again = _calling;
        if (_calling)
            return;
        _calling = true;
        var wanted = _wanted;
        var call = State is null || wanted is not null ? EnsureAsync(wanted) : stores.Subscriptions.ReadGroupAsync(State.Key, stop);
        call.Pipe(self, group => new Read(group, wanted), (_, why) => new ReadFailed(why));
    }

    /// <summary>Takes an answer; the state before.</summary>
    public GroupState? Take(Read read)
    {
        var before = State;
        if (ReferenceEquals(_wanted, read.Wanted))
            _wanted = null;
        State = read.Group ?? State;
        _again |= _wanted is not null; // a member came meanwhile, and named rules
        Ended(read.Group is not null);
        return before;
    }

    /// <summary>Tells the log what has changed; other rules are told where they were named, and so once.</summary>
    public void Tell(GroupState before, ILoggingAdapter logger)
    {
        if (State!.Changed)
            logger.Info("The rules of group {0} of {1} were changed for all its members", terms.Group, terms.Topic);
        if (State.Paused != before.Paused)
            logger.Info("Group {0} of {1} is {2}", terms.Group, terms.Topic, State.Paused ? "paused" : "going on");
        if (State.Generation != before.Generation)
            logger.Info("Group {0} of {1} was moved to {2}", terms.Group, terms.Topic, State.Position);
    }

    public void Ended(bool succeeded)
    {
        _calling = false;
        if (_again && succeeded)
            Look();
    }

    private async Task<GroupState?> EnsureAsync(GroupRules? wanted)
    {
        var topic = await stores.Log.EnsureTopicAsync(terms.Topic, terms.Retention, stop);
        return await stores.Subscriptions.EnsureGroupAsync(topic.Id, terms.Group, terms.From, wanted ?? terms.Rules, change: wanted is not null, stop);
    }

    /// <summary>The group, or null where it was dropped.</summary>
    public sealed record Read(GroupState? Group, GroupRules? Wanted);

    public sealed record ReadFailed(string Why);
}
