using PgPubSub.Worker;

namespace PgPubSub.Actors.Tests.Killers;

/// <summary>Keeps workers at work: where one is killed, another takes its place.</summary>
/// <param name="start">Starts a worker.</param>
/// <param name="publishSlow">
/// Publishes so many slow jobs. A killer waits until it has one for company, so they come with it, and as long as it is out one more for each that others handle.
/// </param>
internal sealed class Crew(Func<WorkerProcess> start, Func<int, Task> publishSlow) : IDisposable
{
    private const int Killed = 128 + 9, SlowJobs = 8;

    private readonly Lock _gate = new();
    private readonly List<WorkerProcess> _all = [], _dead = [];
    private Task _places = Task.CompletedTask;
    private bool _stops;
    private int _killersOut;

    public IEnumerable<Report> Reports => _all.SelectMany(worker => worker.Reports);

    public IReadOnlyList<WorkerProcess> Dead => _dead;

    public void Begin(int workers) => _places = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => FillAsync()));

    /// <summary>What went wrong with it so far, is thrown.</summary>
    public Task CheckAsync() => _places.IsCompleted ? _places : Task.CompletedTask;

    /// <summary>Has all end in good order.</summary>
    public async Task StopAsync()
    {
        lock (_gate)
        {
            _stops = true;
            foreach (var worker in _all.Except(_dead))
                worker.Stop();
        }

        await _places;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stops = true;
            foreach (var worker in _all)
                worker.Dispose();
        }
    }

    private async Task FillAsync()
    {
        while (Start() is { } worker)
        {
            var killer = false;
            while (await worker.ReadAsync() is { } report)
            {
                if (report.Kills)
                {
                    killer = true;
                    Interlocked.Increment(ref _killersOut);
                    await publishSlow(SlowJobs);
                }
                else if (report is { Handled: true, Group: Job.Slow } && Volatile.Read(ref _killersOut) > 0)
                {
                    await publishSlow(1);
                }
            }

            if (killer)
                Interlocked.Decrement(ref _killersOut);
            if (worker.ExitCode != (killer ? Killed : 0))
                throw new InvalidOperationException($"A worker ended with {worker.ExitCode}:\n{worker.Output}");
            lock (_gate)
                _dead.Add(worker);
        }
    }

    private WorkerProcess? Start()
    {
        lock (_gate)
        {
            if (_stops)
                return null;
            var worker = start();
            _all.Add(worker);
            return worker;
        }
    }
}
