using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Waiting;

/// <summary>Listens for hints that a topic has moved while it lives, on a connection of its own that holds the presence lock of the id it listens under.</summary>
internal sealed class Wakeups : IAsyncDisposable
{
    /// <summary>How long whoever waits for a hint waits at most: polling is the promise.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly IWakeupStore _store;
    private readonly Guid _id;
    private readonly TopicId _topic;
    private readonly Action _heard;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile bool _keepsLock;

    /// <summary>Begins to listen.</summary>
    /// <param name="store">Where.</param>
    /// <param name="id">The id whose presence lock it holds.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="heard">Is called when it may have moved.</param>
    public Wakeups(IWakeupStore store, Guid id, TopicId topic, Action heard)
    {
        (_store, _id, _topic, _heard) = (store, id, topic, heard);
        _running = RunAsync();
    }

    /// <summary>Whether the presence lock is held now.</summary>
    public bool KeepsLock => _keepsLock;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var line = await _store.OpenAsync(_id, _stop.Token);
                if (line is null)
                    return; // a pooler stands in between
                _keepsLock = line.KeepsLock;
                _heard(); // what was said before is to be found out
                while (true)
                {
                    if ((await line.WaitAsync(Silence, _stop.Token)).Any(tail => tail.Topic == _topic))
                        _heard();
                }
            }
            catch (Exception e) when (e is StoreException or OperationCanceledException)
            {
                _keepsLock = false;
            }

            await Task.Delay(PollInterval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
