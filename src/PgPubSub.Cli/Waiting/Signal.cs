namespace PgPubSub.Cli.Waiting;

/// <summary>Ends a wait, or the next one where nobody waits.</summary>
internal sealed class Signal
{
    private readonly SemaphoreSlim _set = new(0, 1);

    public void Set()
    {
        try
        {
            _set.Release();
        }
        catch (SemaphoreFullException)
        {
            // One is enough.
        }
    }

    /// <summary>Waits for it, for so long at most.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken stop) => _set.WaitAsync(most, stop);
}
