using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Nodes;

/// <summary>What consumers got: each event once, unless it was to fail.</summary>
internal sealed class Tally
{
    private volatile TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _expected = long.MaxValue;
    private long _handled, _sum;

    /// <summary>Events that were acked.</summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>Their offsets, added up: with the count, it tells that none came twice in place of another.</summary>
    public long Sum => Volatile.Read(ref _sum);

    public void Take(long offset)
    {
        Interlocked.Add(ref _sum, offset);
        if (Interlocked.Increment(ref _handled) == Volatile.Read(ref _expected))
            _all.TrySetResult();
    }

    public void Fail(string why) => _all.TrySetException(new CheckFailedException(why));

    /// <summary>Waits until so many were handled.</summary>
    public async Task ReachAsync(long expected, TimeSpan patience)
    {
        Volatile.Write(ref _expected, expected);
        if (Handled >= expected)
            _all.TrySetResult();
        try
        {
            await _all.Task.WaitAsync(patience);
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        catch (TimeoutException)
        {
            throw new CheckFailedException($"{Handled} of {expected} events were handled within {patience}.");
        }
    }

    /// <summary>Requires that the first so many events of a topic were handled, each by every reader once.</summary>
    public void RequireEach(long events, int readers = 1)
    {
        CheckFailedException.Require(Handled == events * readers, $"{Handled} events were handled in place of {events * readers}.");
        CheckFailedException.Require(Sum == events * (events - 1) / 2 * readers, "An event was handled twice, and another never.");
    }
}
