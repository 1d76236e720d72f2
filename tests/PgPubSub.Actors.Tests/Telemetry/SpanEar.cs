using System.Collections.Concurrent;
using System.Diagnostics;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>Hears the spans of some topics: those of specs that run beside it are not its business.</summary>
internal sealed class SpanEar : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly ActivityListener _listener;

    public SpanEar(params string[] topics)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PgPubSubTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> span) =>
                topics.Contains(span.Name.Split(' ')[^1]) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (!topics.Contains(span.OperationName.Split(' ')[^1]))
                    return; // one that another listener wants
                _ended.Enqueue(span);
                _more.Release();
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyCollection<Activity> Ended => _ended;

    /// <summary>Waits until as many spans of an operation have ended as are wanted, in the order of their ends.</summary>
    public async Task<IReadOnlyList<Activity>> EndedAsync(string operation, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Activity[] found = [.. _ended.Where(span => span.OperationName.StartsWith(operation + ' ', StringComparison.Ordinal))];
            if (found.Length >= count)
                return found;
            await _more.WaitAsync(patience.Token);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _more.Dispose();
    }
}
