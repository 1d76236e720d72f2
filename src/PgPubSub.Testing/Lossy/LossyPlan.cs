using PgPubSub.Core.Stores;

namespace PgPubSub.Testing.Lossy;

/// <summary>
/// Makes stores lossy: drops, delays and repeats calls and their answers as a network and a database in trouble do, and never in a way that the contract of
/// the stores does not allow. What strikes the n-th call of an operation depends on the seed, the rates and n alone. Safe for use by several threads.
/// </summary>
public sealed class LossyPlan
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, Random> _draws = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Operation, Loss Loss), int> _struck = [];
    private readonly List<Task> _late = [];
    private LossRates _rates;
    private CancellationTokenSource _outage = new();

    /// <summary>Makes a plan; it begins to lose at once.</summary>
    /// <param name="seed">What all chance comes from.</param>
    /// <param name="rates">How likely each loss is; <see cref="LossRates.Some"/> unless given.</param>
    /// <param name="clock">Measures delays; the system's unless given.</param>
    public LossyPlan(int seed, LossRates? rates = null, TimeProvider? clock = null) =>
        (Seed, _rates, _clock) = (seed, rates ?? LossRates.Some, clock ?? TimeProvider.System);

    /// <summary>What all chance comes from.</summary>
    public int Seed { get; }

    /// <summary>How often each loss has struck which operation: the name of the interface's method.</summary>
    public IReadOnlyDictionary<(string Operation, Loss Loss), int> Struck
    {
        get
        {
            lock (_gate)
                return _struck.ToDictionary();
        }
    }

    internal CancellationToken Outage
    {
        get
        {
            lock (_gate)
                return _outage.Token;
        }
    }

    /// <summary>Loses from now on.</summary>
    /// <param name="rates">How likely each loss is; <see cref="LossRates.Some"/> unless given.</param>
    public void Rage(LossRates? rates = null)
    {
        lock (_gate)
            _rates = rates ?? LossRates.Some;
    }

    /// <summary>Loses nothing more, and waits for what is late. An outage stays one.</summary>
    /// <returns>A task that ends when every late write has arrived.</returns>
    public async Task CalmAsync()
    {
        Rage(LossRates.None);
        Task[] late;
        lock (_gate)
            late = [.. _late];
        await Task.WhenAll(late);
    }

    /// <summary>The store is away: calls under way lose their answers, those that follow fail, and open lines break. Nothing reaches the store.</summary>
    public void BeginOutage()
    {
        CancellationTokenSource outage;
        lock (_gate)
            outage = _outage;
        outage.Cancel(); // not under the lock: whoever hears it may call
    }

    /// <summary>The store is back.</summary>
    public void EndOutage()
    {
        lock (_gate)
            _outage = _outage.IsCancellationRequested ? new CancellationTokenSource() : _outage;
    }

    /// <summary>How often an operation was called.</summary>
    /// <param name="operation">The name of the interface's method.</param>
    /// <returns>The number of calls.</returns>
    public int Calls(string operation)
    {
        lock (_gate)
            return _calls.GetValueOrDefault(operation);
    }

    /// <summary>How often a loss has struck.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="operation">The name of the interface's method; null for all.</param>
    /// <returns>How often.</returns>
    public int Count(Loss loss, string? operation = null)
    {
        lock (_gate)
            return _struck.Where(struck => struck.Key.Loss == loss && (operation is null || struck.Key.Operation == operation)).Sum(struck => struck.Value);
    }

    /// <summary>Makes a store lossy.</summary>
    /// <param name="store">The store.</param>
    /// <returns>The same store behind losses.</returns>
    public ILogStore Over(ILogStore store) => new LossyLog(store, new LossyCalls(this));

    /// <inheritdoc cref="Over(ILogStore)"/>
    public ITopicStore Over(ITopicStore store) => new LossyTopics(store, new LossyCalls(this));

    /// <inheritdoc cref="Over(ILogStore)"/>
    public ISubscriptionStore Over(ISubscriptionStore store) => new LossySubscriptions(store, new LossyCalls(this));

    /// <inheritdoc cref="Over(ILogStore)"/>
    public IDeliveryStore Over(IDeliveryStore store) => new LossyDeliveries(store, new LossyCalls(this));

    /// <inheritdoc cref="Over(ILogStore)"/>
    public IDeadLetterStore Over(IDeadLetterStore store) => new LossyDeadLetters(store, new LossyCalls(this));

    /// <inheritdoc cref="Over(ILogStore)"/>
    public INodeStore Over(INodeStore store) => new LossyNodes(store, new LossyCalls(this));

    /// <inheritdoc cref="Over(ILogStore)"/>
    public IWakeupStore Over(IWakeupStore store) => new LossyWakeups(store, this);

    /// <summary>The seed and all that has struck.</summary>
    /// <returns>One line.</returns>
    public override string ToString() =>
        $"seed {Seed}: {string.Join(", ", Struck.OrderBy(struck => struck.Key).Select(struck => $"{struck.Key.Operation} {struck.Key.Loss} {struck.Value}"))}";

    /// <summary>Draws what strikes a call of an operation that only some losses are for. The same number of draws is made for each call.</summary>
    internal Fate Draw(string operation, IReadOnlyCollection<Loss> possible)
    {
        lock (_gate)
        {
            _calls[operation] = _calls.GetValueOrDefault(operation) + 1;
            if (!_draws.TryGetValue(operation, out var draws))
                _draws[operation] = draws = new Random(operation.Aggregate(Seed, (seed, letter) => unchecked((seed * 31) + letter)));
            var (draw, share, coin) = (draws.NextDouble(), draws.NextDouble(), draws.NextDouble());
            var loss = _rates.At(draw);
            if (loss is { } struck && !possible.Contains(struck))
                loss = null;
            if (loss is { } counted)
                Note(operation, counted);
            return new Fate(loss, share, coin < 0.5, _rates);
        }
    }

    internal void Note(string operation, Loss loss)
    {
        lock (_gate)
            _struck[(operation, loss)] = _struck.GetValueOrDefault((operation, loss)) + 1;
    }

    internal Task PauseAsync(TimeSpan time, CancellationToken stop) => Task.Delay(time, _clock, stop);

    internal void AddLate(Task write)
    {
        lock (_gate)
        {
            _late.RemoveAll(task => task.IsCompletedSuccessfully);
            _late.Add(write);
        }
    }
}
