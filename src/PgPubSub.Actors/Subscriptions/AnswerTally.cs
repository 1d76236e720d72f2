using Akka.Actor;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>
/// What becomes of answers that were given together, in their order. Subscriptions fill it from their threads; what none of them could say by the end is unknown.
/// </summary>
internal sealed class AnswerTally(int count)
{
    private readonly IAnswerReply?[] _replies = new IAnswerReply?[count];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;

    /// <summary>Completes when each answer has its reply.</summary>
    public Task All => _all.Task;

    /// <summary>The replies; those that are not known have this one.</summary>
    public IReadOnlyList<IAnswerReply> Close(AnswerRefused unknown)
    {
        for (var i = 0; i < _replies.Length; i++)
            Take(i, unknown);
        return _replies!;
    }

    private void Take(int number, IAnswerReply reply)
    {
        if (Interlocked.CompareExchange(ref _replies[number], reply, null) is null && Interlocked.Decrement(ref _left) == 0)
            _all.TrySetResult();
    }

    /// <summary>An answer, and where its reply belongs. The first reply counts.</summary>
    public sealed record Place(AnswerTally Tally, int Number, IAnswer Answer) : INoSerializationVerificationNeeded
    {
        public void Take(IAnswerReply reply) => Tally.Take(Number, reply);
    }
}
