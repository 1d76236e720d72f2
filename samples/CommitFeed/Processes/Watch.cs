using CommitFeed.Journals;
using PgPubSub.Samples.Shared.Programs;

namespace CommitFeed.Processes;

/// <summary>Something that the run needs did not come about; the message says what.</summary>
internal sealed class StalledException(string message) : Exception(message);

/// <summary>The coordinator's eye on the journals: it waits until they show something, and says every second what they show.</summary>
internal sealed class Watch(Story story, JournalView publisher, Task publishing)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private const long Second = 1_000_000, MostSilence = 15 * Second;

    private readonly List<Child> _children = [];
    private long _lastWord = JournalClock.Now, _lastLine = JournalClock.Now;

    public void Add(Child child) => _children.Add(child);

    /// <summary>Waits until the journals show it.</summary>
    /// <param name="what">What is waited for, as the end of a sentence.</param>
    /// <param name="shown">Whether they do.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StalledException">No journal grew for 15 s, a publish was rejected, or a process ended by itself.</exception>
    public async Task UntilAsync(string what, Func<bool> shown, CancellationToken cancel)
    {
        using var looks = new PeriodicTimer(BetweenLooks);
        while (true)
        {
            Look();
            if (shown())
                return;
            if (publishing.Exception?.InnerException is { } rejected)
                throw new StalledException(rejected.Message);
            if (_children.Select(child => child.Failure).FirstOrDefault(failure => failure is not null) is { } failed)
                throw new StalledException(failed);
            if (JournalClock.Now - _lastLine > MostSilence)
                throw new StalledException($"nothing happened for {MostSilence / Second} s while waiting until {what}");
            await looks.WaitForNextTickAsync(cancel);
        }
    }

    private void Look()
    {
        var grew = publisher.Refresh();
        foreach (var child in _children)
            grew |= child.View.Refresh();
        var now = JournalClock.Now;
        if (grew)
            _lastLine = now;
        if (now - _lastWord < Second)
            return;
        _lastWord = now;
        if (publisher.Confirmed > 0)
            story.Say($"  published {publisher.Confirmed}, handed out: {string.Join(", ", _children.Select(child => $"{child.Name} {child.View.HandedOut}"))}");
    }
}
