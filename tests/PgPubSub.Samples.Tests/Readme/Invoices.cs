namespace PgPubSub.Samples.Tests.Readme;

/// <summary>The application's own part in the README's examples.</summary>
public sealed class Invoices
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource<OrderPlaced> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Write(OrderPlaced order) => _written.TrySetResult(order);

    public Task WriteAsync(OrderPlaced order, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Write(order);
        return Task.CompletedTask;
    }

    internal async Task WrittenAsync(string order) => Assert.Equal(order, (await _written.Task.WaitAsync(Patience)).Order);
}
