namespace PgPubSub.Postgres.Tests.Models;

/// <summary>How many calls met what; of several histories at a time.</summary>
internal sealed class Tally
{
    private readonly int[] _orders = new int[Enum.GetValues<Order>().Length];
    private int _waited, _passed, _rolledBack;

    /// <summary>What was never met of what a short run meets often.</summary>
    public IEnumerable<string> Missing => Report().Split(", ").Take(4 + (int)Order.SecondFirst).Where(part => part.StartsWith("0 ", StringComparison.Ordinal));

    public void Held(bool waited, bool rolledBack)
    {
        Interlocked.Increment(ref waited ? ref _waited : ref _passed);
        if (rolledBack)
            Interlocked.Increment(ref _rolledBack);
    }

    public void Agreed(Order order) => Interlocked.Increment(ref _orders[(int)order]);

    public string Report() =>
        $"{_waited} waited for one that was held, {_passed} went past one, {_rolledBack} of those held were rolled back, "
        + string.Join(", ", Enum.GetValues<Order>().Select(order => $"{_orders[(int)order]} as {order}"));
}
