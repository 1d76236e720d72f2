namespace PgPubSub.Actors.Tests;

/// <summary>Data that its publisher can't read to the end until it is free.</summary>
public sealed class Slow
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Value
    {
        get
        {
            _read.TrySetResult();
            return Free.Wait(Patience);
        }
    }

    internal ManualResetEventSlim Free { get; } = new();

    internal Task BeingRead => _read.Task;
}
