using System.Threading.Channels;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Subscriptions;

/// <summary>A call of the store that waits for the spec to answer it.</summary>
public sealed class Call<TRequest, TReply>(TRequest request)
{
    private readonly TaskCompletionSource<TReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TRequest Request { get; } = request;

    public Task<TReply> Reply => _reply.Task;

    public void Answer(TReply reply) => _reply.SetResult(reply);

    public void Fail(Exception failure) => _reply.SetException(failure);
}

/// <summary>The spec plays the database, one reply at a time.</summary>
public sealed class ScriptedDeliveries : IDeliveryStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<Call<ClaimRequest, ClaimedPage>> _claims = Channel.CreateUnbounded<Call<ClaimRequest, ClaimedPage>>();
    private readonly Channel<Call<ClaimRequest, ClaimedPage?>> _finds = Channel.CreateUnbounded<Call<ClaimRequest, ClaimedPage?>>();
    private readonly Channel<Call<IReadOnlyList<LeaseSettlement>, SettleResult>> _settles = Channel.CreateUnbounded<Call<IReadOnlyList<LeaseSettlement>, SettleResult>>();

    public int ClaimsWaiting => _claims.Reader.Count;

    public Task<Call<ClaimRequest, ClaimedPage>> NextClaimAsync() => NextAsync(_claims);

    public Task<Call<ClaimRequest, ClaimedPage?>> NextFindAsync() => NextAsync(_finds);

    public Task<Call<IReadOnlyList<LeaseSettlement>, SettleResult>> NextSettleAsync() => NextAsync(_settles);

    public Task<ClaimedPage> ClaimAsync(ClaimRequest claim) => Ask(_claims, claim);

    public Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim) => Ask(_finds, claim);

    public Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects) => Task.FromResult(new ClaimedRetries([], []));

    public Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) =>
        Ask(_settles, leases);

    public Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure) => Task.CompletedTask;

    private static Task<TReply> Ask<TRequest, TReply>(Channel<Call<TRequest, TReply>> calls, TRequest request)
    {
        var call = new Call<TRequest, TReply>(request);
        calls.Writer.TryWrite(call);
        return call.Reply;
    }

    private static async Task<T> NextAsync<T>(Channel<T> calls)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await calls.Reader.ReadAsync(patience.Token);
    }
}
