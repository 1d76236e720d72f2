using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Stores;

namespace PgPubSub.Testing.Lossy;

/// <summary>Lossy dead letters. A step does at most so much: twice would be two steps.</summary>
internal sealed class LossyDeadLetters(IDeadLetterStore inner, LossyCalls calls) : IDeadLetterStore
{
    public Task<IReadOnlyList<BuriedEvent>> ListDeadLettersAsync(DeadLetterFilter filter, long after, int most, long bytes, CancellationToken stop) =>
        calls.ReadAsync(() => inner.ListDeadLettersAsync(filter, after, most, bytes, stop), stop);

    public Task<DeadLetterStep> RedriveAsync(DeadLetterFilter filter, long from, int most) => calls.WriteAsync(() => inner.RedriveAsync(filter, from, most), Repeat.Never);

    public Task<DeadLetterStep> PurgeAsync(DeadLetterFilter filter, long from, int most) => calls.WriteAsync(() => inner.PurgeAsync(filter, from, most), Repeat.Never);
}
