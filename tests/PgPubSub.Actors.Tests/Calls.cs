using System.Threading.Channels;

namespace PgPubSub.Actors.Tests;

/// <summary>Calls of one operation of a store, of which each waits for the spec to answer it.</summary>
internal sealed class Calls<TRequest, TReply>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<Call<TRequest, TReply>> _calls = Channel.CreateUnbounded<Call<TRequest, TReply>>();

    /// <summary>How many the spec has not taken yet.</summary>
    public int Waiting => _calls.Reader.Count;

    /// <summary>What the store does.</summary>
    public Task<TReply> Add(TRequest request)
    {
        var call = new Call<TRequest, TReply>(request);
        _calls.Writer.TryWrite(call);
        return call.Reply;
    }

    /// <summary>What the spec does: takes the next one, once it is there.</summary>
    public async Task<Call<TRequest, TReply>> NextAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        return await _calls.Reader.ReadAsync(late.Token);
    }
}

/// <summary>A call of the store that waits for the spec to answer it.</summary>
internal sealed class Call<TRequest, TReply>(TRequest request)
{
    private readonly TaskCompletionSource<TReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TRequest Request { get; } = request;

    public Task<TReply> Reply => _reply.Task;

    public void Answer(TReply reply) => _reply.SetResult(reply);

    public void Fail(Exception failure) => _reply.SetException(failure);
}
