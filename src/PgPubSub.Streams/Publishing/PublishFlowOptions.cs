using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Topics;
using Directive = Akka.Streams.Supervision.Directive;

namespace PgPubSub.Streams;

/// <summary>How a stream publishes.</summary>
public sealed record PublishFlowOptions
{
    /// <summary>How many events go to the hub in one message at most, from 1 to 10,000. Two such messages are under way at most, and as many events wait for the next.</summary>
    /// <value>500.</value>
    public int MaxBatch { get; init; } = 500;

    /// <summary>
    /// What an event that is rejected means: with <see cref="Directive.Stop"/> the stream fails with a <see cref="PublishRejectedException"/> after what was published before it was
    /// emitted, with <see cref="Directive.Resume"/> and <see cref="Directive.Restart"/> the event is dropped. Called in the order of the events of a message; must not block.
    /// </summary>
    /// <value>Always <see cref="Directive.Stop"/>.</value>
    public Func<PublishRejected, Directive> Decider { get; init; } = static _ => Directive.Stop;

    /// <summary>The hub's name, as it was given to <see cref="PgPubSubHub.Start(ActorSystem, PgPubSubOptions, string?)"/> or WithPgPubSub; it is looked up when the stream starts.</summary>
    /// <value>Null: the default instance.</value>
    public string? Instance { get; init; }

    internal PublishSettings Freeze(ActorSystem system, string topic)
    {
        ArgumentNullException.ThrowIfNull(system);
        if (NameRule.Problem("topic", topic) is { } problem)
            throw new ArgumentException(problem, nameof(topic));
        string?[] problems =
        [
            OptionProblems.Within(nameof(MaxBatch), MaxBatch, 1, 10_000),
            Decider is null ? "Decider is null; it must be set." : null,
        ];
        OptionProblems.Throw(problems);
        return new PublishSettings(system, topic, MaxBatch, Decider!, Instance);
    }
}

internal sealed record PublishSettings(ActorSystem System, string Topic, int MaxBatch, Func<PublishRejected, Directive> Decider, string? Instance);
