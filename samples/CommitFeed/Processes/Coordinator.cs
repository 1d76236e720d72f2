using CommitFeed.Checks;
using CommitFeed.Input;
using PgPubSub.Samples.Shared.Programs;

namespace CommitFeed.Processes;

/// <summary>The process that a person starts: it sets the stage, has the play played, and judges what the journals say.</summary>
internal static class Coordinator
{
    public static async Task<int> RunAsync(Command.Run command, CancellationToken stop)
    {
        var story = new Story();
        var input = await FeedInput.ReadAsync(command, Environment.CurrentDirectory, stop);
        story.Say($"input: {input.Description}, {input.Events.Count} x {input.Rounds} = {input.Count} events");
        Evidence evidence;
        await using (var stage = await Stage.SetAsync(story.Say, stop))
        {
            story.Say($"schema: {stage.Schema}, dropped at the end");
            await using var play = await Play.PrepareAsync(stage, story, input, stop);
            evidence = await play.RunAsync(stop);
        }

        var verdict = Judge.Of(evidence);
        foreach (var problem in verdict.Problems)
            story.Say("FAILED: " + problem);
        Console.WriteLine(verdict.Report.ToJson(story.Elapsed));
        return verdict.Problems.Count == 0 ? ExitCodes.Good : ExitCodes.CheckFailed;
    }
}
