namespace StreamPipelines.Projections;

/// <summary>How far the projection has come, over all of its runs. Safe for use by several threads.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly List<(int Written, TaskCompletionSource Reached)> _waiting = [];

    /// <summary>Events whose rows are written, each once.</summary>
    public int Written { get; private set; }

    /// <summary>Events that came again after their rows had been written.</summary>
    public int Repeated { get; private set; }

    public void Add(int written, int repeated)
    {
        lock (_gate)
        {
            Written += written;
            Repeated += repeated;
            foreach (var (least, reached) in _waiting)
            {
                if (Written >= least)
                    reached.TrySetResult();
            }
        }
    }

    /// <summary>Completes when so many events are written.</summary>
    public Task ReachedAsync(int written)
    {
        lock (_gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((written, reached));
            if (Written >= written)
                reached.SetResult();
            return reached.Task;
        }
    }
}
