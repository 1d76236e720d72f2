using Akka.Actor;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Telemetry;

/// <summary>Asks the store now and then how far the groups that are served here are behind; only while somebody listens to that.</summary>
internal sealed class MeasureActor : ReceiveActor, IWithTimers
{
    private const string Key = "measure";

    private readonly ISubscriptionStore _groups;
    private readonly Func<CancellationToken, Task<long>>? _xminAge;
    private readonly NodeTelemetry _telemetry;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stop = new();

    public MeasureActor(Stores stores, PgPubSubSettings settings)
    {
        (_groups, _xminAge, _telemetry, _interval) = (stores.Subscriptions, stores.XminAge, settings.Telemetry, settings.MeasureInterval);
        Receive<Look>(_ =>
        {
            if (Instruments.WantMeasures)
                MeasureAsync(_telemetry.Served).Pipe(Self, measured => measured, (_, _) => new Measured([], null));
            else
                Self.Tell(new Measured([], null)); // who comes later must not hear what was measured for somebody before
        });
        Receive<Measured>(m =>
        {
            _telemetry.Measured(m.Groups, m.XminAge);
            Rest();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Stores stores, PgPubSubSettings settings) => Akka.Actor.Props.Create(() => new MeasureActor(stores, settings));

    protected override void PreStart() => Self.Tell(Look.Instance);

    protected override void PostStop() => _stop.Cancel();

    private async Task<Measured> MeasureAsync(IReadOnlyList<GroupKey> served)
    {
        var groups = served.Count == 0 ? [] : await _groups.MeasureAsync(served, _stop.Token);
        return new Measured(groups, await XminAgeAsync());
    }

    private async Task<long?> XminAgeAsync()
    {
        try
        {
            return _xminAge is null ? null : await _xminAge(_stop.Token);
        }
        catch (StoreException)
        {
            return null; // the groups were measured all the same
        }
    }

    private void Rest() => Timers.StartSingleTimer(Key, Look.Instance, _interval);

    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record Measured(IReadOnlyList<GroupMeasure> Groups, long? XminAge);
}
