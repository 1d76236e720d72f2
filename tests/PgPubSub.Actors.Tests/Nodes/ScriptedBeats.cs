using System.Threading.Channels;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;

namespace PgPubSub.Actors.Tests.Nodes;

/// <summary>The spec plays the database for a node's beats and polls, one reply at a time; a look at the others is never answered.</summary>
/// <param name="registry">Where nodes are registered as well, or null.</param>
internal sealed class ScriptedBeats(INodeStore? registry = null) : INodeStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<Guid> _registered = Channel.CreateUnbounded<Guid>();
    private readonly Channel<NodeSighting> _takeOvers = Channel.CreateUnbounded<NodeSighting>();
    private readonly Channel<IReadOnlyList<Guid>> _returned = Channel.CreateUnbounded<IReadOnlyList<Guid>>();
    private int _looks;

    /// <summary>Where set, polls are not left to the spec.</summary>
    public Func<PollRequest, Task<PollResult>>? Polled { get; init; }

    public Calls<Guid, IReadOnlyList<Guid>?> Beats { get; } = new();

    public Calls<PollRequest, PollResult> Polls { get; } = new();

    public int TakeOvers => _takeOvers.Reader.Count;

    public int Looks => Volatile.Read(ref _looks);

    public Task<Guid> NextRegisteredAsync() => NextAsync(_registered);

    public Task<NodeSighting> NextTakeOverAsync() => NextAsync(_takeOvers);

    public Task<IReadOnlyList<Guid>> NextReturnedAsync() => NextAsync(_returned);

    public Task RegisterAsync(Guid node, string name, CancellationToken stop)
    {
        _registered.Writer.TryWrite(node);
        return registry?.RegisterAsync(node, name, stop) ?? Task.CompletedTask;
    }

    public Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock) => Beats.Add(node);

    public Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) =>
        Polled is { } answer ? answer(request) : Polls.Add(request);

    public Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop)
    {
        Interlocked.Increment(ref _looks);
        return new TaskCompletionSource<IReadOnlyList<NodeSighting>>().Task;
    }

    public Task<bool> TakeOverAsync(NodeSighting dead)
    {
        _takeOvers.Writer.TryWrite(dead);
        return Task.FromResult(false);
    }

    public Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null)
    {
        _returned.Writer.TryWrite(tokens);
        return Task.FromResult(tokens.Count);
    }

    public Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => Task.FromResult<IReadOnlyList<long>>([.. lows.Select(_ => 0L)]);

    public Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null) => Task.CompletedTask;

    public Task<bool> TakeDutyAsync(string duty, Guid node) => Task.FromResult(false);

    private static Task<T> NextAsync<T>(Channel<T> from) => from.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
