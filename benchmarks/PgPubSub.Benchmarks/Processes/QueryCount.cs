using System.Diagnostics.Metrics;

namespace PgPubSub.Benchmarks.Processes;

/// <summary>How many commands this process has sent to PostgreSQL, by Npgsql's own count: a batch is one, as it is one round trip.</summary>
internal sealed class QueryCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _sent;

    public QueryCount()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.duration" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _sent));
        _listener.Start();
    }

    public long Sent => Volatile.Read(ref _sent);

    public void Dispose() => _listener.Dispose();
}
