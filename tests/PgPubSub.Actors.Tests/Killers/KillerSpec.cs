using PgPubSub.Worker;

namespace PgPubSub.Actors.Tests.Killers;

/// <summary>A message that kills its processes is buried, and nothing that was in their hands with it.</summary>
public sealed class KillerSpec : HubSpec
{
    private const int Jobs = 32, Killer = 13, SlowJobs = 8;

    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(2);

    private int _slowJobs;

    [Theory]
    [InlineData(5, 5, 5, 3, 1)]
    [InlineData(5, 5, 5, 3, 2)]
    [InlineData(1, 1, 2, 2, 1)]
    [InlineData(1, 1, 2, 2, 2)]
    [InlineData(5, 1, 5, 3, 1)] // its company is under suspicion before it is
    public async Task A_killer_is_the_one_dead_letter_and_everything_else_is_handled(int quickAttempts, int slowAttempts, int deaths, int mostOfInnocents, int workers)
    {
        await PublishJobsAsync(Job.Quick, Enumerable.Range(0, Jobs).Select(i => new Job(Kills: i == Killer)));
        await PublishSlowAsync(SlowJobs);
        using var crew = new Crew(() => WorkerProcess.Start(ConnectionString, Schema, $"{quickAttempts}", $"{slowAttempts}"), PublishSlowAsync);
        crew.Begin(workers);
        await AwaitConditionAsync(() => IsDoneAsync(crew), LongPatience, TimeSpan.FromMilliseconds(100));
        await crew.StopAsync();

        Assert.Equal($"quick {Killer} {deaths} its node died", await AskAsync<string>($"SELECT string_agg(concat_ws(' ', subscriber, \"offset\", attempts, why), ', ') FROM {Schema}.dead_letter"));
        Assert.Equal(Offsets(Jobs).Where(offset => offset != Killer), Handled(Job.Quick));
        Assert.Equal(Offsets(_slowJobs), Handled(Job.Slow));

        var killed = crew.Dead.Where(worker => worker.Reports.Any(r => r.Kills)).ToList();
        Assert.Equal(deaths, killed.Count);
        Assert.All(killed, worker => Assert.True(worker.SlowInHand > 0));
        foreach (var attempts in crew.Reports.Where(r => !r.Handled).GroupBy(r => (r.Group, r.Offset, r.Kills), r => r.Attempt))
        {
            if (attempts.Key.Kills)
                Assert.Equal(Enumerable.Range(1, deaths), attempts.Order());
            else
                Assert.True(attempts.Distinct().Count() == attempts.Count() && attempts.Max() <= mostOfInnocents, $"{attempts.Key}: {string.Join(", ", attempts)}");
        }

        IEnumerable<long> Handled(string group) => crew.Reports.Where(r => r.Handled && r.Group == group).Select(r => r.Offset).Distinct().Order();
    }

    // Everything that was promised is in the log, and everything in the log is settled.
    private async Task<bool> IsDoneAsync(Crew crew)
    {
        await crew.CheckAsync();
        return await AskAsync<bool>($"""
            SELECT (SELECT count(*) FROM {Schema}.event) = {Jobs + Volatile.Read(ref _slowJobs)}
              AND NOT EXISTS (SELECT FROM {Schema}.lease) AND NOT EXISTS (SELECT FROM {Schema}.retry)
              AND (SELECT coalesce(sum(c.hi), 0) FROM (SELECT max(hi) AS hi FROM {Schema}.cursor GROUP BY topic, subscription) c) = {Jobs + Volatile.Read(ref _slowJobs)}
            """);
    }

    private Task PublishSlowAsync(int count)
    {
        Interlocked.Add(ref _slowJobs, count);
        return PublishJobsAsync(Job.Slow, Enumerable.Repeat(new Job(), count));
    }

    private async Task PublishJobsAsync(string topic, IEnumerable<Job> jobs) =>
        Assert.IsType<PublishedAll>(await Akka.Actor.Futures.Ask<object>(Hub, new PublishAll(topic, jobs), Patience));

    private static IEnumerable<long> Offsets(int count) => Enumerable.Range(0, count).Select(i => (long)i);
}
