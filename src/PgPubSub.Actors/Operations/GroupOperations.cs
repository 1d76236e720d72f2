using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Operations;

/// <summary>What operators do to groups.</summary>
internal sealed class GroupOperations(ISubscriptionStore store)
{
    public async Task<object> RunAsync(IGroupOperation operation, CancellationToken stop)
    {
        OperationFailed.ThrowOn(NameRule.Problem("topic", operation.Topic) ?? NameRule.Problem("group", operation.Group));
        OperationFailed.ThrowOn(operation is SeekGroup { To: null } ? "The place to go to is null." : operation is SeekGroup { To: StartFrom.AtOffset { Value: < 0 } } ? "The offset to go to is negative." : null);
        var group = await store.FindGroupAsync(operation.Topic, operation.Group, stop) ?? throw new OperationFailed("There is no such group.");
        switch (operation)
        {
            case PauseGroup:
                await store.PauseAsync(group, paused: true);
                return new GroupPaused(operation.Topic, operation.Group);
            case ResumeGroup:
                await store.PauseAsync(group, paused: false);
                return new GroupResumed(operation.Topic, operation.Group);
            case SeekGroup seek:
                return new GroupSought(operation.Topic, operation.Group, (await store.SeekAsync(group, seek.To)).Position);
            case DropGroup:
                await store.DropGroupAsync(group);
                return new GroupDropped(operation.Topic, operation.Group);
            default:
                throw new OperationFailed("There is no such operation.");
        }
    }

    public async Task<object> DropAsync(DropPattern drop)
    {
        OperationFailed.ThrowOn(TopicPattern.Problem(drop.Pattern) ?? NameRule.Problem("group", drop.Group));
        return await store.DropPatternAsync(new PatternGroup(TopicPattern.Parse(drop.Pattern), drop.Group))
            ? new PatternDropped(drop.Pattern, drop.Group)
            : throw new OperationFailed("There is no such pattern group.");
    }

    public async Task<object> ListAsync(ListGroups list, CancellationToken stop) => new GroupList(await store.ListGroupsAsync(list.Topic, list.Group, stop));
}
