using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Samples.Shared.Input;
using PgPubSub.Streams;

namespace StreamPipelines.Publishing;

/// <summary>Publishes commits in order, as fast as they are confirmed.</summary>
internal static class CommitPublisher
{
    /// <returns>Completes when all are committed, fails when one is rejected.</returns>
    public static Task<Done> RunAsync(ActorSystem system, string topic, IEnumerable<Commit> commits) =>
        Source.From(commits)
            .Select(commit => new Publish(topic, commit, Commit.KeyOf(commit.Author), Commit.EventType))
            .RunWith(PgPubSubSink.Publish<Publish>(system, topic), system.Materializer());
}
