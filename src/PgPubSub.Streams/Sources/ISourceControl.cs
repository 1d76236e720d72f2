namespace PgPubSub.Streams;

/// <summary>
/// What a source materialises: the handle of one running source. Coordinated shutdown drains every source that still runs, in its phase <c>service-unbind</c>, for the
/// time of that phase (5 s unless configured) less one second; then the hub stops. Safe for use by several threads.
/// </summary>
public interface ISourceControl
{
    /// <summary>
    /// Completes when the source's subscriptions stand: from then on nothing that is published is missed, also by a source that begins with live events. Fails where they can't,
    /// and is cancelled where the source stopped before.
    /// </summary>
    Task Started { get; }

    /// <summary>Completes when the source has completed or was cancelled by its downstream; fails with what it failed with.</summary>
    Task Completion { get; }

    /// <summary>
    /// Completes the source: nothing more is emitted. What a group's source holds and has not emitted goes back at once, as if it had never been handed out; what it has
    /// emitted may still be answered until its deadline.
    /// </summary>
    void Stop();

    /// <summary>Stops the source and waits until all that it has emitted is settled; what a group's source emitted is waited for until its deadline at the latest.</summary>
    /// <param name="timeout">How long to wait at most: more than 0, at most 1 day; what is not settled by then goes back, with one attempt more. By default there is no limit but the deadlines.</param>
    /// <returns>A task that completes when nothing is held any more; it never fails.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not more than 0 or longer than 1 day.</exception>
    Task DrainAndShutdown(TimeSpan? timeout = null);
}
