namespace PgPubSub.Testing.Conformance;

/// <summary>One promise of the store contract and how to put it to the test.</summary>
public sealed class StoreCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Func<Bench, Task> _run;

    internal StoreCheck(string rule, string name, Func<Bench, Task> run, bool needsAgeing = false) =>
        (Rule, Name, _run, NeedsAgeing) = (rule, name, run, needsAgeing);

    /// <summary>What it belongs to: <c>R1</c> to <c>R9</c> for the rules that must always hold, else a feature's name.</summary>
    public string Rule { get; }

    /// <summary>The promise, as a sentence; no other check has it.</summary>
    public string Name { get; }

    /// <summary>Whether it runs only on a store that is an <see cref="IAgeingStore"/>.</summary>
    public bool NeedsAgeing { get; }

    /// <summary>Runs it. It makes what it needs under names of its own, so that checks may run beside each other, and removes it at the end.</summary>
    /// <param name="store">The store.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>A task that ends well where the promise was kept.</returns>
    /// <exception cref="ConformanceException">It was broken, or the check was not over within two minutes.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task RunAsync(IStoreUnderTest store, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        var bench = new Bench(store, late.Token);
        try
        {
            await _run(bench).WaitAsync(late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            stop.ThrowIfCancellationRequested();
            throw new ConformanceException($"{this} It was not over within {Patience.TotalMinutes} minutes.");
        }
        catch (ConformanceException broken)
        {
            throw new ConformanceException($"{this} {broken.Message}");
        }
        catch (Exception failure)
        {
            throw new ConformanceException($"{this} The store failed: {failure.Message}", failure);
        }
        finally
        {
            await bench.TidyAsync();
        }
    }

    /// <summary>The rule and the promise.</summary>
    public override string ToString() => $"{Rule}: {Name}.";
}
