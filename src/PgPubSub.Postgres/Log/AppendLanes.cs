using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Faults;

namespace PgPubSub.Postgres.Log;

/// <summary>
/// Sends appends on a few lanes. On a free lane an append goes at once and alone; what comes while all lanes are taken goes together as soon as one is free, in
/// one transaction: many topics then cost one commit. Each append still has an outcome of its own, and a topic in trouble goes alone.
/// </summary>
internal sealed class AppendLanes(Func<CancellationToken, Task<Database>> ready, TimeProvider clock)
{
    private const int Lanes = 2;
    private const int MostEvents = 1_000;
    private const long MostBytes = 8 * 1024 * 1024;

    // What append_many_v1 says of topics that somebody holds: one was waited for in vain, the others were not waited for any more.
    private const string Busy = "55P03";
    private const string NotWaitedFor = "55006";

    // An append that takes longer gives its lane to others: it may wait for a lock, a standby or a connection that is dead.
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Queue<PendingAppend> _waiting = new();
    private readonly LoneTopics _lone = new(clock);
    private int _free = Lanes;

    public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
    {
        var append = new PendingAppend(topic, knownTail, events);
        Offer(append);
        return append.Outcome;
    }

    private void Offer(PendingAppend append)
    {
        bool alone;
        lock (_gate)
        {
            alone = append.Events.Count == 0 || _lone.Contains(append.Topic);
            if (!alone && _free == 0)
            {
                _waiting.Enqueue(append);
                return;
            }

            if (!alone)
                _free--;
        }

        _ = alone ? SendAloneAsync(append) : ServeAsync([append]);
    }

    private async Task ServeAsync(List<PendingAppend> appends)
    {
        for (; appends.Count > 0; appends = TakeOrFree())
        {
            var sending = appends.Count == 1 ? SendAloneAsync(appends[0]) : SendTogetherAsync(appends);
            await sending.WaitAsync(Slow, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // One append of a topic, so that each has its own place after the tail; in the order of the topics, so that nobody waits crosswise.
    private List<PendingAppend> TakeOrFree()
    {
        lock (_gate)
        {
            var (taken, again) = (new Dictionary<TopicId, PendingAppend>(), new List<PendingAppend>());
            var (events, bytes) = (0, 0L);
            while (_waiting.TryPeek(out var next) && (taken.Count == 0 || (events + next.Events.Count <= MostEvents && bytes + next.Bytes <= MostBytes)))
            {
                _waiting.Dequeue();
                if (!taken.TryAdd(next.Topic, next))
                {
                    again.Add(next);
                    continue;
                }

                (events, bytes) = (events + next.Events.Count, bytes + next.Bytes);
            }

            again.ForEach(_waiting.Enqueue);
            if (taken.Count == 0)
                _free++;
            return [.. taken.Values.OrderBy(append => append.Topic.Value)];
        }
    }

    private async Task SendAloneAsync(PendingAppend append)
    {
        try
        {
            append.Succeed(await (await ready(CancellationToken.None)).WriteAsync(
                Rows.One(row => row.IsDBNull(0) ? default(long?) : row.GetInt64(0)), AppendCall.Of(append)));
        }
        catch (Exception e)
        {
            Isolate([append]);
            append.Fail(e);
        }
    }

    private async Task SendTogetherAsync(List<PendingAppend> appends)
    {
        try
        {
            var (firsts, refused) = await (await ready(CancellationToken.None)).WriteAsync(Rows.One(Outcomes), AppendCall.Of(appends));
            List<PendingAppend> busy = [];
            for (var i = 0; i < appends.Count; i++)
            {
                if (refused[i] is null)
                    appends[i].Succeed(firsts[i]);
                else if (refused[i] is Busy)
                    busy.Add(appends[i]);
                else if (refused[i] is NotWaitedFor)
                    Offer(appends[i]);
                else
                    appends[i].Fail(SqlStates.Explain(refused[i]!));
            }

            Isolate(busy);
            await Task.WhenAll(busy.Select(SendAloneAsync));
        }
        catch (StoreException e) when (e.Kind is FaultKind.Refused or FaultKind.Gone or FaultKind.Schema)
        {
            // Nothing of it was written: alone each gets its own answer.
            await Task.WhenAll(appends.Select(SendAloneAsync));
        }
        catch (Exception e)
        {
            // Whoever of them was the cause must not be that of the others again.
            Isolate(appends);
            appends.ForEach(append => append.Fail(e));
        }
    }

    private void Isolate(List<PendingAppend> appends)
    {
        lock (_gate)
            appends.ForEach(append => _lone.Add(append.Topic));
    }

    private static (long?[] Firsts, string?[] Refused) Outcomes(NpgsqlDataReader row) => (row.GetFieldValue<long?[]>(0), row.GetFieldValue<string?[]>(1));
}
