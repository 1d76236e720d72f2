using PgPubSub.Cli.Output;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Cli.Consuming;

/// <summary>
/// A member of a group that hands out what it claims one after the other: a message is acked once what it was handed to has come through, and not before. What is due again comes first.
/// </summary>
/// <param name="deliveries">Where it claims and settles.</param>
/// <param name="subscriptions">Where the group stands.</param>
/// <param name="node">The node that it claims as.</param>
/// <param name="state">The group as it was found.</param>
/// <param name="consumer">Gets the messages.</param>
/// <param name="say">Says a line to people.</param>
internal sealed class GroupMember(IDeliveryStore deliveries, ISubscriptionStore subscriptions, MemberNode node, GroupState state, IConsumer consumer, Action<string> say)
{
    private const long MostBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private GroupState _group = state;
    private long _position = state.Position, _handedOut, _claims;
    private bool _failing;

    /// <summary>Handles messages until it is stopped, has handed out as many as it should, or finds nothing where it is not to wait.</summary>
    public async Task RunAsync(ConsumeLimits limits, CancellationToken stop)
    {
        while (Room(limits) > 0)
        {
            var id = await node.IdAsync(stop);
            if (node.Poll.HasChanged(_group.Version))
                await RefreshAsync(stop);
            var worked = await RetriesAsync(id, suspects: false, limits, stop) | await RetriesAsync(id, suspects: true, limits, stop) | await FreshAsync(id, limits, stop);
            stop.ThrowIfCancellationRequested();
            if (!worked && !limits.Follow && !_failing && !node.Poll.AnyDue)
                return;
            if (!worked)
                await node.Poll.WaitAsync(stop);
        }
    }

    private int Room(ConsumeLimits limits) => (int)Math.Min(limits.Batch, limits.Events - _handedOut ?? limits.Batch);

    private async Task<bool> FreshAsync(Guid id, ConsumeLimits limits, CancellationToken stop)
    {
        if (Room(limits) is not (> 0 and var most) || _group.Paused)
            return false;
        var page = await ClaimAsync(token => deliveries.ClaimAsync(new ClaimRequest(_group.Key, id, token, most, MostBytes, _group.Generation, _position)), page => page.IsEmpty, stop);
        if (page is null)
            return false;
        if (page.Generation != _group.Generation)
            await RefreshAsync(stop);
        if (page.Lo > page.From)
            say($"Offsets {page.From} to {page.Lo - 1} were taken by retention before the group got to them.");
        _position = page.Hi;
        return !page.IsEmpty && await HandleAsync(id, Holding.Of(++_claims, page, _group.Rules.Filter), stop);
    }

    private async Task<bool> RetriesAsync(Guid id, bool suspects, ConsumeLimits limits, CancellationToken stop)
    {
        if (Room(limits) is not (> 0 and var most) || _group.Paused || !node.Poll.TakeDue(suspects))
            return false;
        var used = Guid.Empty;
        var retries = await ClaimAsync(token => deliveries.ClaimRetriesAsync(_group.Key, id, used = token, suspects ? 1 : most, suspects), claimed => claimed.IsEmpty, stop);
        if (retries is not { IsEmpty: false })
        {
            if (retries is null)
                node.Poll.Due(suspects);
            return false;
        }

        node.Poll.Due(suspects);
        return await HandleAsync(id, Holding.Of(++_claims, used, retries, _group.Rules.Filter), stop);
    }

    // What a claim got whose answer was lost goes back by the node's next beats: it answers for no such token.
    private async Task<T?> ClaimAsync<T>(Func<Guid, Task<T>> claim, Func<T, bool> isEmpty, CancellationToken stop)
        where T : class
    {
        var token = Guid.CreateVersion7();
        node.Claims.Add(token);
        try
        {
            var claimed = await claim(token);
            if (isEmpty(claimed))
                node.Claims.Remove(token);
            _failing = false;
            return claimed;
        }
        catch (StoreException e) when (e.Kind is FaultKind.Transient or FaultKind.Unknown or FaultKind.Gone)
        {
            node.Claims.Abandon(token);
            if (e.Kind is FaultKind.Gone)
                await RefreshAsync(stop); // the group may be gone, or this node's registration
            if (!_failing)
                say($"A claim failed and is made again: {e.Message}");
            _failing = true;
            await Task.Delay(Pause, stop);
            return null;
        }
    }

    private async Task<bool> HandleAsync(Guid id, Holding holding, CancellationToken stop)
    {
        foreach (var item in holding.Items)
        {
            if (stop.IsCancellationRequested || !node.IsAlive(id))
                break;
            node.Claims.Begin(holding.Token);
            consumer.Take(item.Event, item.Attempt);
            holding.Answer(item, null, asker: null);
            _handedOut++;
        }

        consumer.Flush(); // what did not come through is not acked
        foreach (var item in holding.Items.Where(item => item.State is not ItemState.Answered))
            holding.Answer(item, new Failure(item.Event.Offset, item.Attempt - 1, TimeSpan.Zero, "it was given back", Bury: false), asker: null);
        var batch = new SettleBatch();
        holding.Flush(batch);
        await SettleAsync(id, batch);
        node.Claims.Remove(holding.Token);
        return true;
    }

    // Also while it is being stopped: what was handed out is settled. One that is no longer alive settles nothing: others have it by now.
    private async Task SettleAsync(Guid id, SettleBatch batch)
    {
        var doubtful = false;
        while (node.IsAlive(id))
        {
            try
            {
                var result = await deliveries.SettleAsync(_group.Key, id, batch.Leases, batch.Retries);
                if (!doubtful && !result.Leases.Concat(result.Retries).All(held => held))
                    say("Some of what was handed out was taken away before it was acked, by a seek or a takeover: it may come again.");
                return;
            }
            catch (StoreException e) when (e.Kind is FaultKind.Transient or FaultKind.Unknown)
            {
                doubtful |= e.Kind is FaultKind.Unknown;
                await Task.Delay(Pause);
            }
            catch (StoreException e) when (e.Kind is FaultKind.Gone)
            {
                break;
            }
        }

        say("What was handed out could not be acked: it comes again.");
    }

    private async Task RefreshAsync(CancellationToken stop)
    {
        GroupState? read;
        try
        {
            read = await subscriptions.ReadGroupAsync(_group.Key, stop);
        }
        catch (StoreException e) when (e.Kind is FaultKind.Transient or FaultKind.Unknown)
        {
            await Task.Delay(Pause, stop); // it is known to have changed until it was read
            return;
        }

        if (read is not { } now)
            throw CommandException.Absent("The group was dropped.");
        if (now.Generation != _group.Generation)
            _position = now.Position;
        _group = now;
    }
}
