using System.Text;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>One history on the model and on PostgreSQL. Where they differ it says what, and what led there.</summary>
internal sealed class ModelRun
{
    private const int Begin = 6;

    private readonly TwoConnections _postgres;
    private readonly Func<Stores, Stores>? _planted;
    private readonly Draw _draw;
    private readonly Side _side;
    private readonly List<Step> _history = [];
    private readonly StringBuilder _told = new();
    private Model _model = null!;

    private ModelRun(int seed, TwoConnections postgres, Tally tally, Func<Stores, Stores>? planted)
    {
        (_postgres, _planted, Tally) = (postgres, planted, tally);
        _draw = new Draw(seed);
        _side = new Side($"m{Guid.CreateVersion7():N}", postgres.GrowOlderAsync);
    }

    private Tally Tally { get; }

    /// <summary>Plays a history; null where both agree.</summary>
    public static async Task<string?> PlayAsync(int seed, TwoConnections postgres, int steps, Tally tally, Func<Stores, Stores>? planted = null)
    {
        var run = new ModelRun(seed, postgres, tally, planted);
        var differs = await run.PlayAsync(steps);
        await run.CleanAsync();
        return differs is null ? null : $"seed {seed}\n{run._told}{differs}";
    }

    private async Task<string?> PlayAsync(int steps)
    {
        string? differs = null;
        _model = await ModelAsync();
        for (var i = 0; i < steps && differs is null; i++)
        {
            var (first, second) = i < Begin ? (_draw.Begin(i), null) : _draw.Chance(0.6) ? Pair() : (_draw.Next(_model), null);
            _side.Nodes.UnionWith(_draw.Nodes);
            differs = second is { MayInterleave: true } && first.MayInterleave
                ? await TogetherAsync(first, second, _draw.Chance(0.25), i % 2)
                : await AloneAsync(first, i % 2);
        }

        return differs;
    }

    private (Command, Command?) Pair() => _draw.Pair(_model);

    // The model that has lived through the history stays as it is; what is tried is tried on another.
    private Task<Model> ModelAsync(params Step[] more) => Model.PlayAsync(_side.Name, _draw.Nodes, _history.Concat(more), _planted);

    private async Task<string?> AloneAsync(Command command, int connection)
    {
        var answer = await Answer.OfAsync(command.Bind(_side), _postgres.Stores[connection]);
        return await AgreeAsync([new Step(command, null, Order.First)], answer, default, waited: false, rolledBack: false);
    }

    // The first stands before its commit while the second comes.
    private async Task<string?> TogetherAsync(Command first, Command second, bool rollBack, int connection)
    {
        var (gate, one, other) = (_postgres.Gate, _postgres.Applications[connection], _postgres.Applications[1 - connection]);
        var (firstCall, secondCall) = (first.Bind(_side), second.Bind(_side));
        await gate.CloseAsync(one);
        var held = Answer.OfAsync(firstCall, _postgres.Stores[connection]);
        if (!await gate.IsHeldAsync(held, one))
        {
            await gate.OpenAsync(one, rollBack: false);
            return await AgreeAsync([new Step(first, null, Order.First)], await held, default, waited: false, rolledBack: false);
        }

        var meanwhile = Answer.OfAsync(secondCall, _postgres.Stores[1 - connection]);
        var waited = await gate.WaitsAsync(meanwhile, other, one);
        await gate.OpenAsync(one, rollBack);
        var (answer, after) = (await held, await meanwhile);
        if (rollBack)
            await gate.ForgetAsync(one);
        Tally.Held(waited, rollBack);
        return await ExpectAsync(first, second, waited, answer, rollBack) ?? await AgreeAsync(await OrdersAsync(first, second, waited, rollBack), answer, after, waited, rollBack);
    }

    // Whether the second was to wait, and that what was rolled back says so.
    private async Task<string?> ExpectAsync(Command first, Command second, bool waited, Answer answer, bool rolledBack)
    {
        var (held, wanted) = (await LocksAsync(first, holds: true), await LocksAsync(second, holds: false));
        var expected = wanted.Awaits(held);
        var text = $"{first.Text} was held, {second.Text} {(waited ? "waited" : "did not wait")}";
        if (waited != expected is not null)
            return $"{text}, and was to {(expected is null ? "go on" : $"wait for {expected}")}";
        return rolledBack && !answer.IsFault ? $"{text}; the first was rolled back and told {answer}" : null;
    }

    private async Task<Locks> LocksAsync(Command command, bool holds)
    {
        var locks = new Locks(_model.Memory, _model.Side);
        command.Locks?.Invoke(locks);
        if (holds ? command.ChangesLater : command.PassesOver)
            return locks;
        var changed = await ChangedAsync(command);
        foreach (var row in changed.Where(row => row.Split(' ')[0] is "lease" or "retry" or "letter" or "mark" or "duty"))
        {
            // A trim that raises the floor is held before it comes to the dead letters.
            if (!holds || !command.Takes || !row.StartsWith("letter ", StringComparison.Ordinal) || !changed.Contains("topic " + row.Split(' ')[1]))
                locks.Take(row, LockMode.Exclusive);
        }

        return locks;
    }

    // The rows that are there and that it changes or deletes.
    private async Task<HashSet<string>> ChangedAsync(Command command)
    {
        var after = (await ModelAsync(new Step(command, null, Order.First))).Contents();
        return [.. _model.Contents().Where(row => after.GetValueOrDefault(row.Key) != row.Value).Select(row => row.Key)];
    }

    // The orders in which they may have taken effect, the likeliest first.
    private async Task<List<Step>> OrdersAsync(Command first, Command second, bool waited, bool rolledBack)
    {
        if (rolledBack)
        {
            var alone = new Step(first, second, Order.Second);
            return second.PassesOver ? [alone, alone with { Order = Order.PassedOver, Passed = await ChangedAsync(first) }] : [alone];
        }

        var step = new Step(first, second, Order.FirstSecond);
        if (waited)
            return [step];
        List<Step> orders = [step with { Order = Order.SecondFirst }, step];
        var gone = first.Removes ?? second.Removes;
        if (gone is not null && (first.Claimer ?? second.Claimer) == gone && _model.Memory.Nodes.ContainsKey(gone.Value))
            orders.Add(step with { Order = Order.ClaimOfAGoneNode });
        if (first.Takes || second.Takes)
            orders.Add(step with { Order = Order.TakenUnseen });
        return orders;
    }

    private async Task<string?> AgreeAsync(IReadOnlyList<Step> orders, Answer first, Answer second, bool waited, bool rolledBack)
    {
        var tables = await Tables.ReadAsync(_postgres.Direct, _postgres.Session, _side);
        var differences = new List<string>();
        foreach (var order in orders)
        {
            var model = await ModelAsync();
            var (one, other) = await model.PlayAsync(order);
            var read = order.Second is null || (!waited && !order.First.Takes && !order.Second.Takes);
            var differs = (order.Order is Order.Second or Order.PassedOver ? null : Differ("the first", one, first, read))
                ?? (order.Second is null ? null : Differ("the second", other, second, read || rolledBack))
                ?? Differ(model.Contents().Values.Order(StringComparer.Ordinal).ToList(), tables);
            if (differs is null)
            {
                _history.Add(order);
                _model = model;
                Tally.Agreed(order.Order);
                foreach (var token in new[] { order.First.Token, order.Second?.Token }.OfType<Guid>())
                    _side.Adopt(token, model.Side);
                _told.AppendLine($"{_history.Count} {order.First.Text}{(order.Second is null ? "" : $" | {order.Second.Text}: {order.Order}")}: {one} | {other}");
                return null;
            }

            differences.Add($"as {order.Order}: {differs}");
        }

        return $"{orders[0].First.Text} | {orders[0].Second?.Text}{(waited ? ", which waited" : "")}{(rolledBack ? "; the first was rolled back" : "")}\n{string.Join('\n', differences)}";
    }

    private static string? Differ(string who, Answer model, Answer postgres, bool read) =>
        model.Told == postgres.Told && (!read || model.Read == postgres.Read) ? null : $"{who} was told by the model: {model}\nby PostgreSQL: {postgres}";

    private static string? Differ(List<string> model, List<string> tables)
    {
        var (only, missing) = (model.Except(tables).ToList(), tables.Except(model).ToList());
        return only.Count + missing.Count == 0 && model.Count == tables.Count
            ? null
            : $"the model alone holds\n  {string.Join("\n  ", only)}\nPostgreSQL alone holds\n  {string.Join("\n  ", missing)}";
    }

    private async Task CleanAsync()
    {
        foreach (var node in _draw.Nodes)
            await _postgres.Stores[0].Nodes.DepartAsync(node);
        foreach (var topic in new[] { 0, 1 }.Select(_side.Topic))
            await Answer.OfAsync(async stores => { await stores.Topics.DropTopicAsync(topic, CancellationToken.None); return "done"; }, _postgres.Stores[0]);
        await _postgres.Direct.RunAsync(_postgres.Session, $"DELETE FROM pgpubsub.pattern WHERE starts_with(pattern, '{_side.Name}.')");
    }
}
