using Akka.Actor;

namespace PgPubSub.Actors;

/// <summary>Publishes through an instance's hub, which it finds or waits for by its name.</summary>
internal sealed class HubPublisher(HubDirectory hubs, string name) : IPgPubSubPublisher
{
    private StartedHub? _hub;

    public Task<Published> PublishAsync(string topic, object @event, CancellationToken cancel = default) => PublishAsync(new Publish(topic, @event), cancel);

    public Task<Published> PublishAsync(Publish publish, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(publish);
        return AskAsync<Published>(publish.Topic, publish, cancel);
    }

    public Task<PublishedAll> PublishAllAsync(PublishAll publish, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(publish);
        return AskAsync<PublishedAll>(publish.Topic, publish, cancel);
    }

    public Task<PublishedEach> PublishEachAsync(PublishEach publish, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(publish);
        return AskAsync<PublishedEach>(publish.Topic, publish, cancel);
    }

    // Up to the first wait this runs on the caller's thread: requests reach the hub in the order of the calls.
    private async Task<T> AskAsync<T>(string topic, object request, CancellationToken cancel) where T : IPublishReply
    {
        cancel.ThrowIfCancellationRequested();
        var hub = _hub ??= hubs.Started(name) ?? await hubs.WhenStartedAsync(name, cancel);
        if (hub is null or { HasStopped: true })
            throw Rejected(topic, $"The instance '{name}' has stopped.");
        using var either = cancel.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancel, hub.Stopped) : null;
        try
        {
            return await hub.Ref.Ask<IPublishReply>(request, Timeout.InfiniteTimeSpan, either?.Token ?? hub.Stopped) switch
            {
                PublishRejected rejected => throw new PublishRejectedException(rejected),
                var reply => (T)reply,
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Rejected(topic, $"The outcome is unknown: the instance '{name}' has stopped.");
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    private static PublishRejectedException Rejected(string topic, string reason) => new(new PublishRejected(topic ?? "", reason, CanRetry: false));
}
