using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>Hears the instruments, and sums up what is measured of one topic or instance.</summary>
internal sealed class MeterEar : IDisposable
{
    private readonly ConcurrentDictionary<string, List<(double Value, Dictionary<string, object?> Tags)>> _heard = new();
    private readonly MeterListener _listener = new();
    private readonly string _attribute, _value;

    public MeterEar(string attribute, string value)
    {
        (_attribute, _value) = (attribute, value);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PgPubSubTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of a counter's measurements, of all or of those with an attribute.</summary>
    public double Sum(string instrument, string? attribute = null, string? value = null) => Of(instrument, attribute, value).Sum(m => m.Value);

    /// <summary>How often a histogram was measured.</summary>
    public int Count(string instrument, string? attribute = null, string? value = null) => Of(instrument, attribute, value).Count;

    /// <summary>What a gauge says now; null where it says nothing.</summary>
    public double? Now(string instrument)
    {
        _heard.TryRemove(instrument, out _);
        _listener.RecordObservableInstruments();
        return Of(instrument) is [.., var last] ? last.Value : null;
    }

    public void Dispose() => _listener.Dispose();

    private List<(double Value, Dictionary<string, object?> Tags)> Of(string instrument, string? attribute = null, string? value = null)
    {
        if (!_heard.TryGetValue(instrument, out var heard))
            return [];
        lock (heard)
            return [.. heard.Where(m => attribute is null || Equals(m.Tags.GetValueOrDefault(attribute), value))];
    }

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = new Dictionary<string, object?>(tags.ToArray());
        if (!Equals(all.GetValueOrDefault(_attribute), _value))
            return;
        var heard = _heard.GetOrAdd(instrument.Name, _ => []);
        lock (heard)
            heard.Add((value, all));
    }
}
