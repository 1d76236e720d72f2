using PgPubSub.InMemory;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>The model after a history: it is made anew by playing the history, so that several continuations can be tried.</summary>
internal sealed class Model
{
    private readonly ModelClock _clock = new();
    private readonly Stores _stores;

    private Model(string name, Func<Stores, Stores>? planted)
    {
        Memory = new Memory(_clock);
        var stores = Stores.Of(Memory);
        _stores = planted?.Invoke(stores) ?? stores;
        Side = new Side(name, (_, by) =>
        {
            _clock.Shift += by;
            return Task.CompletedTask;
        });
    }

    public Memory Memory { get; }

    public Side Side { get; }

    public static async Task<Model> PlayAsync(string name, IEnumerable<Guid> nodes, IEnumerable<Step> history, Func<Stores, Stores>? planted = null)
    {
        var model = new Model(name, planted);
        model.Side.Nodes.UnionWith(nodes);
        foreach (var step in history)
            await model.PlayAsync(step);
        return model;
    }

    public SortedDictionary<string, string> Contents() => MemoryContents.Of(Memory);

    /// <summary>Plays one more step; what had no effect has no answer.</summary>
    public async Task<(Answer First, Answer Second)> PlayAsync(Step step)
    {
        var (first, second) = (step.First.Bind(Side), step.Second?.Bind(Side));
        switch (step.Order)
        {
            case Order.First:
                return (await Answer.OfAsync(first, _stores), default);
            case Order.Second:
                return (default, await Answer.OfAsync(second!, _stores));
            case Order.FirstSecond:
                return (await Answer.OfAsync(first, _stores), await Answer.OfAsync(second!, _stores));
            case Order.SecondFirst:
                var before = await Answer.OfAsync(second!, _stores);
                return (await Answer.OfAsync(first, _stores), before);
            case Order.TakenUnseen:
                return step.First.Takes ? await TakeUnseenAsync(first, second!) : Turned(await TakeUnseenAsync(second!, first));
            case Order.ClaimOfAGoneNode:
                return await ClaimOfAGoneNodeAsync(step, first, second!);
            default:
                return (default, await PassOverAsync(step.Passed!, second!));
        }
    }

    private async Task<(Answer First, Answer Second)> ClaimOfAGoneNodeAsync(Step step, Func<Stores, Task<Answer>> first, Func<Stores, Task<Answer>> second)
    {
        var node = (step.First.Removes ?? step.Second!.Removes)!.Value;
        var row = Memory.Nodes[node];
        var removed = await Answer.OfAsync(step.First.Removes is null ? second : first, _stores);
        var gone = Memory.Nodes.TryAdd(node, row);
        var claimed = await Answer.OfAsync(step.First.Removes is null ? first : second, _stores);
        if (gone)
            Memory.Nodes.Remove(node);
        return step.First.Removes is null ? (claimed, removed) : (removed, claimed);
    }

    private static (Answer First, Answer Second) Turned((Answer First, Answer Second) answers) => (answers.Second, answers.First);

    // What the other writes is not there while the one takes.
    private async Task<(Answer Taker, Answer Other)> TakeUnseenAsync(Func<Stores, Task<Answer>> takes, Func<Stores, Task<Answer>> other)
    {
        var before = Retries().Select(one => one.Row).ToHashSet();
        var answer = await Answer.OfAsync(other, _stores);
        var taken = default(Answer);
        await HideAsync(Retries().Where(one => !before.Contains(one.Row)), async () => taken = await Answer.OfAsync(takes, _stores));
        return (taken, answer);
    }

    // What the first had locked is away while the second looks.
    private async Task<Answer> PassOverAsync(IReadOnlySet<string> locked, Func<Stores, Task<Answer>> second)
    {
        var answer = default(Answer);
        await HideAsync(Retries().Where(one => locked.Contains(MemoryContents.KeyOf(one.Group, one.Row))), async () => answer = await Answer.OfAsync(second, _stores));
        return answer;
    }

    private static async Task HideAsync(IEnumerable<(GroupRow Group, RetryRow Row)> some, Func<Task> meanwhile)
    {
        var hidden = some.ToList();
        hidden.ForEach(one => one.Group.Retries.Remove(one.Row.Offset));
        await meanwhile();
        hidden.ForEach(one => one.Group.Retries.Add(one.Row));
    }

    private IEnumerable<(GroupRow Group, RetryRow Row)> Retries() =>
        from topic in Memory.Topics.Values
        from @group in topic.Groups.Values
        from offset in Enumerable.Range(0, (int)topic.Log.Tail)
        let row = @group.Retries.Find(offset)
        where row is not null
        select (@group, row!);

    private sealed class ModelClock : TimeProvider
    {
        private DateTimeOffset _now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public TimeSpan Shift { get; set; }

        // It never stands still: what came before is older.
        public override DateTimeOffset GetUtcNow() => (_now += TimeSpan.FromMilliseconds(1)) + Shift;
    }
}
