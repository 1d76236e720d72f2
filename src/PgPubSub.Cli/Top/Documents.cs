using PgPubSub.Cli.Nodes;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Top;

/// <summary>A look for scripts: a document.</summary>
internal sealed class Documents(Report report) : IDisplay
{
    public void Show(Sight sight)
    {
        var board = sight.Trouble is null ? sight.Board : null;
        report.One(new
        {
            ElapsedSeconds = board?.Elapsed?.TotalSeconds,
            Topics = board?.Topics.Select(row => new
            {
                Topic = row.Status.Name, Events = row.Status.Tail - row.Status.Floor, row.Status.Floor, row.Status.Tail, PublishedPerSecond = row.Published, row.Status.DeadLetters,
            }),
            Groups = board?.Groups.Select(row => new
            {
                row.Status.Topic, row.Status.Group, row.Status.Position, row.Status.Tail, row.Status.Lag, LagAgeSeconds = row.Status.LagAge?.TotalSeconds,
                HandledPerSecond = row.Handled, row.Status.InFlight, row.Status.Retrying, row.Status.Dead, row.Status.Paused,
            }),
            Nodes = board?.Nodes.Select(NodesVerb.Document),
            Error = sight.Trouble,
        });
        report.Flush();
    }

    public void Refresh(Sight sight)
    {
        // A document stands for a look that has ended.
    }
}
