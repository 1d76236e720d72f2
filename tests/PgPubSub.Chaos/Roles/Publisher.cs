using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Chaos.Journals;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Roles;

/// <summary>Publishes at a steady rate, whatever the answers are, to the topics in turn. What was not stored is published again.</summary>
internal sealed class Publisher
{
    // What was missed by more than so much is not made up for.
    private const int MostAtOnce = 50;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10), Pause = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMinutes(2);

    private readonly IActorRef _hub;
    private readonly Casting _casting;
    private readonly Journal _journal;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _publishing;

    public Publisher(IActorRef hub, Casting casting, Journal journal)
    {
        (_hub, _casting, _journal) = (hub, casting, journal);
        _publishing = Task.Run(PublishAsync);
    }

    /// <summary>Publishes no more, and returns when the outcome of all that was sent is known or will never be.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _publishing;
    }

    private async Task PublishAsync()
    {
        var open = new List<Task>();
        var (began, sent) = (Stopwatch.GetTimestamp(), 0L);
        using var timer = new PeriodicTimer(Tick);
        while (!_stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync();
            var due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * _casting.Terms.Rate);
            for (sent = Math.Max(sent, due - MostAtOnce); sent < due; sent++)
                open.Add(PublishAsync(Terms.Topics[(int)(sent % Terms.Topics.Count)], _casting.FirstNumber + sent));
            open.RemoveAll(publish => publish.IsCompletedSuccessfully);
        }

        await Task.WhenAll(open);
    }

    private async Task PublishAsync(string topic, long number)
    {
        while (true)
        {
            _journal.Write(new Fact(Note.Sent, Journal.Now, topic, number));
            var reply = await AskAsync(topic, number);
            if (reply is Published published)
            {
                _journal.Write(new Fact(Note.Published, Journal.Now, topic, number, published.Offset, published.EventId));
                return;
            }

            var stored = reply is PublishRejected rejected && !rejected.Reason.Contains("outcome is unknown", StringComparison.OrdinalIgnoreCase) ? Note.Rejected : Note.Doubtful;
            _journal.Write(new Fact(stored, Journal.Now, topic, number));
            if (stored is Note.Doubtful || reply is not PublishRejected { CanRetry: true })
                return;
            await Task.Delay(Pause);
        }
    }

    private async Task<IPublishReply?> AskAsync(string topic, long number)
    {
        try
        {
            return await _hub.Ask<IPublishReply>(new Publish(topic, new Numbered(number)), Patience);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
