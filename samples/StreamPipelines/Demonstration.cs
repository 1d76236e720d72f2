using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Samples.Shared.Input;
using PgPubSub.Samples.Shared.Nodes;
using PgPubSub.Samples.Shared.Programs;
using PgPubSub.Samples.Shared.Servers;
using StreamPipelines.Checks;
using StreamPipelines.Projections;
using StreamPipelines.Publishing;
using StreamPipelines.Statistics;

namespace StreamPipelines;

/// <summary>What happens, in the order in which it does.</summary>
internal sealed class Demonstration(Story story, Node node, AuthorTable table, IReadOnlyList<Commit> input, int windowSize, CancellationToken stop)
{
    private const string Topic = "commits";
    private const int LeastAuthors = 2; // of one alone neither stream would have much to say
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly List<Task> _companions = [];

    public static async Task<int> RunAsync(Options options, CancellationToken stop)
    {
        var story = new Story();
        var history = await CommitHistory.ReadAsync(Environment.CurrentDirectory, options.Events, stop, LeastAuthors);
        var rounds = (options.Events + history.Commits.Count - 1) / history.Commits.Count;
        var input = Enumerable.Repeat(history.Commits, rounds).SelectMany(commits => commits).ToList();
        story.Say($"input: {history.Description}, {history.Commits.Count} x {rounds} = {input.Count} events");
        Outcome outcome;
        await using (var server = await SampleServer.FindAsync(story.Say, stop))
        {
            await using var table = await AuthorTable.CreateAsync(server.ConnectionString, server.NewSchema("authors"), stop);
            await using var node = await Node.StartAsync("pipelines", server.ConnectionString, server.NewSchema("pipelines"), _ => { }, stop);
            try
            {
                outcome = await new Demonstration(story, node, table, input, options.Window, stop).RunAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                story.Say("FAILED: " + e.Message);
                return ExitCodes.CheckFailed;
            }
        }

        foreach (var problem in outcome.Problems)
            story.Say("FAILED: " + problem);
        if (outcome.Problems.Count == 0)
            story.Say($"the table and the statistic equal a plain count of the input: nothing is missing, and what came again ({outcome.Repeated} events) was not counted twice");
        Console.WriteLine(outcome.ToJson(story.Elapsed));
        return outcome.Problems.Count == 0 ? ExitCodes.Good : ExitCodes.CheckFailed;
    }

    private async Task<Outcome> RunAsync()
    {
        story.Say($"one stream publishes {input.Count} commits, one reads the log for a statistic, and one is a group's member that writes a table");
        var tally = new Tally();
        var projection = new AuthorProjection(node.System, Topic, table, tally);
        var statistic = WindowStatistic.RunAsync(node.System, Topic, input.Count, windowSize, story.Say);
        var published = CommitPublisher.RunAsync(node.System, Topic, input);
        _companions.AddRange([statistic, published]);

        await FailAsync(projection, tally);
        await StopAsync(projection, tally, tally.ReachedAsync(input.Count * 2 / 3), "was started again and is stopped in order");
        await StopAsync(projection, tally, SettledAsync(), "was started again and is through");

        await Within(published);
        await Within(statistic);
        var group = await GroupAsync();
        return new Outcome(input, windowSize, await table.ReadAsync(stop), (await statistic).Ranking, tally.Repeated, OpenIn(group) + group.Dead);
    }

    private async Task FailAsync(AuthorProjection projection, Tally tally)
    {
        var (control, done) = projection.Start(failAt: input.Count / 3);
        try
        {
            await Within(done);
        }
        catch (PlannedFailure)
        {
            story.Say($"the projection failed, as planned, with {tally.Written} events in its table; the last of them are not committed to the group, and come again");
        }

        await Within(control.DrainAndShutdown());
    }

    private async Task StopAsync(AuthorProjection projection, Tally tally, Task when, string what)
    {
        var (control, done) = projection.Start();
        await Within(await Task.WhenAny(when, done));
        await Within(control.DrainAndShutdown());
        await Within(done);
        story.Say($"the projection {what} with {tally.Written} events in its table; {tally.Repeated} came again so far");
    }

    // That all rows are written is not enough: those that came again are to be committed too.
    private async Task SettledAsync()
    {
        using var looks = new PeriodicTimer(BetweenLooks);
        while (await GroupAsync() is var group && (group.Position < input.Count || OpenIn(group) > 0))
            await looks.WaitForNextTickAsync(stop);
    }

    private async Task<GroupStatus> GroupAsync()
    {
        var hub = await node.HubAsync(stop);
        return (await hub.Ask<GroupList>(new ListGroups(Topic, AuthorProjection.Group), Patience, stop)).Groups.Single();
    }

    private static long OpenIn(GroupStatus group) => group.Lag + group.InFlight + group.Retrying;

    /// <summary>Waits for something, unless another stream fails meanwhile.</summary>
    private async Task Within(Task task) => await await Task.WhenAny([task, .. _companions.Select(FailureOfAsync)]).WaitAsync(Patience, stop);

    private async Task FailureOfAsync(Task companion)
    {
        await companion;
        await Task.Delay(Timeout.Infinite, stop);
    }
}
