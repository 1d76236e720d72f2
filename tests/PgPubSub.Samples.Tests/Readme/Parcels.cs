namespace PgPubSub.Samples.Tests.Readme;

/// <summary>The application's own part in the example of several handlers.</summary>
public sealed class Parcels
{
    private readonly TaskCompletionSource<string> _packed = new(TaskCreationOptions.RunContinuationsAsynchronously), _unpacked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Packed => _packed.Task;

    public Task<string> Unpacked => _unpacked.Task;

    public Task PackAsync(OrderPlaced order, CancellationToken cancel) => Note(_packed, order.Order, cancel);

    public Task UnpackAsync(OrderCancelled order, CancellationToken cancel) => Note(_unpacked, order.Order, cancel);

    private static Task Note(TaskCompletionSource<string> noted, string order, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        noted.TrySetResult(order);
        return Task.CompletedTask;
    }
}
