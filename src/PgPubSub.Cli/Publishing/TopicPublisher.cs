using PgPubSub.Cli.Output;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Publishing;

/// <summary>
/// Appends to one topic and tells listening nodes. A batch whose outcome is unknown is sent again as it was until the server says what became of it, for 30 s at most.
/// </summary>
internal sealed class TopicPublisher(ILogStore log, IWakeupStore wakeups, string name, TopicState topic, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(250);

    private readonly TopicId _topic = topic.Id;
    private long _tail = topic.Tail;
    private Task _told = Task.CompletedTask;

    /// <summary>Appends all of the batch or none of it.</summary>
    /// <returns>The offset of its first event; the others follow without a gap.</returns>
    public async Task<long> AppendAsync(IReadOnlyList<NewEvent> batch, CancellationToken stop)
    {
        var (doubtful, sent, began) = (false, _tail, clock.GetTimestamp());
        while (true)
        {
            var (outcome, failure) = await SendAsync(sent, batch);
            if (outcome?.First is { } first)
            {
                _tail = first + batch.Count;
                Tell();
                return first;
            }

            doubtful |= failure?.Kind is FaultKind.Unknown;
            if (failure is null && doubtful)
                throw Unknown("History has moved past what an earlier send of it may have written.");
            if (failure is null)
                sent = (await TopicAsync(stop)).Tail; // nothing was written: the tail that was known is too old
            else if (failure.Kind is not (FaultKind.Transient or FaultKind.Unknown) || clock.GetElapsedTime(began) >= Patience || stop.IsCancellationRequested)
                throw doubtful ? Unknown(failure.Message) : failure;
            else
                await Task.Delay(Pause, clock, CancellationToken.None);
        }
    }

    /// <summary>The last hint is on its way; one that is lost costs a poll interval.</summary>
    public async Task TellLastAsync()
    {
        await _told;
        await TellAsync();
    }

    private static StoreException Unknown(string why) => new(FaultKind.Unknown, $"Whether the last batch was written is unknown. {why}");

    private async Task<(AppendOutcome? Outcome, StoreException? Failure)> SendAsync(long knownTail, IReadOnlyList<NewEvent> batch)
    {
        try
        {
            return (await log.AppendAsync(_topic, knownTail, batch), null);
        }
        catch (StoreException e)
        {
            return (null, e);
        }
    }

    private async Task<TopicState> TopicAsync(CancellationToken stop) =>
        await log.FindTopicAsync(name, stop) is { } there && there.Id == _topic ? there : throw CommandException.Absent($"The topic '{name}' was dropped.");

    private void Tell()
    {
        if (_told.IsCompleted)
            _told = TellAsync();
    }

    private async Task TellAsync()
    {
        try
        {
            await wakeups.NotifyAsync([new TopicTail(_topic, _tail)]);
        }
        catch (StoreException)
        {
            // Polling is the promise.
        }
    }
}
