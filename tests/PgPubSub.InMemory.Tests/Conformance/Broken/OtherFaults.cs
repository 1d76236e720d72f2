using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests.Conformance.Broken;

/// <summary>R8: a limit by count takes everything, whoever needs it.</summary>
internal sealed class TrimsTooMuch(ITopicStore inner) : ForwardingTopics(inner)
{
    public override async Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop)
    {
        var trimmed = await Inner.TrimAsync(topic, stop);
        var keep = (await Inner.ListTopicsAsync(null, stop)).FirstOrDefault(t => t.Id == topic)?.Retention;
        return keep?.Count is null ? trimmed : trimmed with { Floor = await Inner.ClearTopicAsync(topic, stop) };
    }
}

/// <summary>R8: marks are confirmed and not written.</summary>
internal sealed class ForgetsMarks(INodeStore inner) : ForwardingNodes(inner)
{
    public override Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => Inner.MarkAsync(node, [.. lows.Select(mark => mark with { Low = null })]);
}

/// <summary>R9: a takeover moves groups back to where the dead node may have begun.</summary>
internal sealed class RewindsAtDeath(INodeStore inner, ISubscriptionStore subscriptions) : ForwardingNodes(inner)
{
    public override async Task<bool> TakeOverAsync(NodeSighting dead)
    {
        var won = await Inner.TakeOverAsync(dead);
        foreach (var group in won ? await subscriptions.ListGroupsAsync(null, null, CancellationToken.None) : [])
            await subscriptions.SeekAsync(group.Key, StartFrom.Earliest);
        return won;
    }
}

/// <summary>R9: a member that comes moves its group to where it wants to start.</summary>
internal sealed class RestartsGroups(ISubscriptionStore inner) : ForwardingSubscriptions(inner)
{
    public override async Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop)
    {
        var found = await Inner.EnsureGroupAsync(topic, group, from, rules, change, stop);
        return found.Created ? found : await Inner.SeekAsync(found.Key, from);
    }
}
