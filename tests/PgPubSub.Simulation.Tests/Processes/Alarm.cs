namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>Rings when a machine wants to be called.</summary>
internal sealed class Alarm(Process process, Action ring)
{
    private TimeSpan? _at;
    private long _set;

    public void Set(TimeSpan? at)
    {
        if (at == _at)
            return;
        (_at, _set) = (at, _set + 1);
        if (at is not { } moment)
            return;
        var set = _set;
        process.World.At(process.TrueTime(moment), () => process.Do(() =>
        {
            if (set != _set)
                return;
            _at = null;
            ring();
        }));
    }
}
