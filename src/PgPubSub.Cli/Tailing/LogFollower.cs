using System.Runtime.CompilerServices;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Waiting;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tailing;

/// <summary>Reads a topic's log from a place, to where it ends now or for ever. What the reader misses, and what a failover took back, is said.</summary>
/// <param name="log">The log.</param>
/// <param name="name">The topic's name.</param>
/// <param name="topic">The topic as it was found.</param>
/// <param name="say">Says a line to people.</param>
internal sealed class LogFollower(ILogStore log, string name, TopicState topic, Action<string> say)
{
    private const int MostEvents = 1_000;
    private const long MostBytes = 8 * 1024 * 1024;

    private readonly Signal _news = new();
    private long _next, _end, _seenTail;
    private bool _away;

    /// <summary>The pages, each in order and behind the one before.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="follow">Whether to wait for what comes; otherwise it ends with what is there now.</param>
    /// <param name="stop">Ends it.</param>
    public async IAsyncEnumerable<IReadOnlyList<StoredEvent>> PagesAsync(StartFrom from, bool follow, [EnumeratorCancellation] CancellationToken stop)
    {
        (_next, _end, _seenTail) = (await log.LocateAsync(topic.Id, from, stop).WaitAsync(stop), topic.Tail, topic.Tail); // it changes nothing, and may stand behind a lock
        if (from is StartFrom.AtOffset wanted && wanted.Value < _next)
            say($"What lies below offset {_next} is not kept any more.");
        while (follow || _next < _end)
        {
            var page = await ReadAsync(follow, stop);
            if (page.Count == 0)
            {
                await _news.WaitAsync(Wakeups.PollInterval, stop);
                continue;
            }

            Miss(page[0].Offset);
            _next = page[^1].Offset + 1;
            yield return follow || _next <= _end ? page : [.. page.TakeWhile(stored => stored.Offset < _end)];
        }
    }

    /// <summary>There may be more: a wait ends, or the next one.</summary>
    public void Wake() => _news.Set();

    // A server that is away comes back: who follows waits for it.
    private async Task<IReadOnlyList<StoredEvent>> ReadAsync(bool follow, CancellationToken stop)
    {
        try
        {
            var page = await log.ReadAsync(topic.Id, _next, MostEvents, MostBytes, stop);
            if (page.Count == 0)
                await LookAsync(follow, stop);
            if (_away)
                say("PostgreSQL is back.");
            _away = false;
            return page;
        }
        catch (StoreException e) when (follow && e.Kind is FaultKind.Transient or FaultKind.Unknown)
        {
            if (!_away)
                say($"{e.Message} Waiting for it.");
            _away = true;
            return [];
        }
    }

    // Nothing is there: because nothing came, or because what was there is gone.
    private async Task LookAsync(bool follow, CancellationToken stop)
    {
        if (await log.FindTopicAsync(name, stop) is not { } now || now.Id != topic.Id)
            throw CommandException.Absent($"The topic '{name}' was dropped.");
        if (now.Tail < _seenTail && now.Tail < _next)
        {
            say($"The log ends at offset {now.Tail}: a failover has taken back what was read from there on.");
            _next = now.Tail;
        }
        else if (!follow && now.Tail < _end)
            say($"The log ends at offset {now.Tail} now, not at {_end}: a failover has taken back the rest.");

        (_seenTail, _end) = (now.Tail, Math.Min(now.Tail, _end));
        Miss(now.Floor);
    }

    private void Miss(long first)
    {
        if (first <= _next)
            return;
        say($"Offsets {_next} to {first - 1} were taken by retention before they were read.");
        _next = first;
    }
}
