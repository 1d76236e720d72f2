using System.Diagnostics;
using Npgsql;
using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Journals;
using PgPubSub.Chaos.Roles;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Runs;

/// <summary>One fault on a scene of its own: warm-up, steady time, fault, calm, drain, check.</summary>
internal static class Scenario
{
    private const int Lag = 50;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromMinutes(2);

    /// <summary>Plays it. The journals stay in the folder.</summary>
    public static async Task<Outcome> PlayAsync(IFault fault, Terms terms, string folder)
    {
        var began = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(folder);
        await using var scene = await Scene.SetAsync(fault, terms, folder);
        await using var watch = new NodeWatch(scene);
        await scene.StartWorkersAsync();
        await using var admin = NpgsqlDataSource.Create(scene.AdminConnectionString);
        if (!await ComesToAsync(async () => scene.Members.All(member => member.HasHandled(Terms.WarmAfter)) && await Tables.UnclaimedAsync(admin, scene.Schema) < Lag))
            throw new TimeoutException("The members do not keep up with the load, before anything goes wrong.");
        scene.Note(Note.SteadyBegan);
        await Task.Delay(terms.Steady);
        scene.Note(Note.FaultBegan);
        await fault.StrikeForAsync(scene, terms.Strike);
        scene.Note(Note.FaultEnded);
        await Task.Delay(terms.Calm);
        scene.Note(Note.LoadEnded);
        await Task.WhenAll(scene.Publishers.Select(publisher => publisher.AskAsync(Worker.Stop, Worker.Stopped)));
        await using var after = NpgsqlDataSource.Create(scene.AdminConnectionString); // the fault may have put another server there
        var drained = await ComesToAsync(async () => await Tables.UnclaimedAsync(after, scene.Schema) == 0 && await Tables.HeldAsync(after, scene.Schema) == 0);
        await watch.DisposeAsync(); // those who end in good order are not lost
        await scene.EndWorkersAsync();
        var evidence = new Evidence(
            Journals(folder), Journal.Read(Path.Combine(folder, Scene.JournalName)), await Tables.ReadAsync(after, scene.Schema), new Limits(Terms.MaxAttempts, Terms.AckDeadline, terms.TimeToLive, Terms.WarmAfter, fault.NodesMayDie));
        return Outcome.Of(fault, evidence, drained ? [] : ["Drained: the group had not settled everything within two minutes."], Stopwatch.GetElapsedTime(began));
    }

    private static List<WorkerJournal> Journals(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*-*" + Journal.Suffix).Order(StringComparer.Ordinal).Select(path => WorkerJournal.Of(path))];

    private static async Task<bool> ComesToAsync(Func<Task<bool>> holds)
    {
        using var enough = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            if (enough.IsCancellationRequested)
                return false;
            await Task.Delay(Glance);
        }

        return true;
    }
}
