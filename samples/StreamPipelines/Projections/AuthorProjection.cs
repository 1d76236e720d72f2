using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Samples.Shared.Input;
using PgPubSub.Streams;

namespace StreamPipelines.Projections;

/// <summary>The failure that the sample makes: after the table was written and before the group is told.</summary>
internal sealed class PlannedFailure() : Exception("the projection fails, as planned");

/// <summary>One member of a group that writes the table: first the rows, then the commit. Where it ends in between, the events come again.</summary>
internal sealed class AuthorProjection(ActorSystem system, string topic, AuthorTable table, Tally tally)
{
    public const string Group = "author-table";

    private const int MostTogether = 50, Window = 200;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>Starts it.</summary>
    /// <param name="failAt">It fails once so many events are written; null for never.</param>
    /// <returns>Its handle, and a task that completes when all that it emitted is committed.</returns>
    public (ISourceControl Control, Task<Done> Done) Start(int? failAt = null) =>
        PgPubSubSource.Group<Commit>(system, topic, Group, new() { Window = Window })
            .GroupedWithin(MostTogether, Gathering)
            .SelectAsync(1, WriteAsync)
            .Select(batch => tally.Written >= failAt ? throw new PlannedFailure() : batch)
            .SelectMany(batch => batch)
            .ToMaterialized(PgPubSubSink.Commit<Committable<Commit>>(system), Keep.Both)
            .Run(system.Materializer());

    private async Task<IEnumerable<Committable<Commit>>> WriteAsync(IEnumerable<Committable<Commit>> events)
    {
        var batch = events.ToList();
        var written = await table.WriteAsync([.. batch.Select(e => (e.Handle.Offset, e.Value))]);
        tally.Add(written, batch.Count - written);
        return batch;
    }
}
