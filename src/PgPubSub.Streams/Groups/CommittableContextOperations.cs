using Akka.Streams.Dsl;

namespace PgPubSub.Streams;

/// <summary>
/// Operations on the events of <see cref="PgPubSubSource.GroupWithContext(Akka.Actor.ActorSystem, TopicSet, string, GroupSourceOptions?)"/> that drop or multiply them, in place of Akka's own, which would leave what they drop
/// unsettled and commit an event with the first of what it became.
/// </summary>
public static class CommittableContextOperations
{
    /// <summary>Keeps what the predicate holds for; what it drops counts as handled.</summary>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="predicate">Whether an element is kept.</param>
    /// <returns>The source of what is kept.</returns>
    public static SourceWithContext<TOut, Committable, TMat> Where<TOut, TMat>(this SourceWithContext<TOut, Committable, TMat> source, Func<TOut, bool> predicate) =>
        source.Via(Keep(predicate));

    /// <inheritdoc cref="Where{TOut, TMat}(SourceWithContext{TOut, Committable, TMat}, Func{TOut, bool})"/>
    /// <typeparam name="TIn">What comes into the flow.</typeparam>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <param name="predicate">Whether an element is kept.</param>
    public static FlowWithContext<TIn, Committable, TOut, Committable, TMat> Where<TIn, TOut, TMat>(
        this FlowWithContext<TIn, Committable, TOut, Committable, TMat> flow, Func<TOut, bool> predicate) => flow.Via(Keep(predicate));

    /// <summary>Drops what the predicate holds for; it counts as handled.</summary>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="predicate">Whether an element is dropped.</param>
    /// <returns>The source of what is kept.</returns>
    public static SourceWithContext<TOut, Committable, TMat> WhereNot<TOut, TMat>(this SourceWithContext<TOut, Committable, TMat> source, Func<TOut, bool> predicate) =>
        source.Via(Keep<TOut>(element => !predicate(element)));

    /// <inheritdoc cref="WhereNot{TOut, TMat}(SourceWithContext{TOut, Committable, TMat}, Func{TOut, bool})"/>
    /// <typeparam name="TIn">What comes into the flow.</typeparam>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <param name="predicate">Whether an element is dropped.</param>
    public static FlowWithContext<TIn, Committable, TOut, Committable, TMat> WhereNot<TIn, TOut, TMat>(
        this FlowWithContext<TIn, Committable, TOut, Committable, TMat> flow, Func<TOut, bool> predicate) => flow.Via(Keep<TOut>(element => !predicate(element)));

    /// <summary>Transforms elements; one that becomes null is dropped, and counts as handled.</summary>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TNext">What they become.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="collect">Transforms an element, or says null.</param>
    /// <returns>The source of what they become.</returns>
    public static SourceWithContext<TNext, Committable, TMat> Collect<TOut, TNext, TMat>(
        this SourceWithContext<TOut, Committable, TMat> source, Func<TOut, TNext?> collect)
        where TNext : class =>
        source.Via(Transform<TOut, TNext>(element => collect(element) is { } next ? [next] : []));

    /// <inheritdoc cref="Collect{TOut, TNext, TMat}(SourceWithContext{TOut, Committable, TMat}, Func{TOut, TNext})"/>
    /// <typeparam name="TIn">What comes into the flow.</typeparam>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TNext">What they become.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <param name="collect">Transforms an element, or says null.</param>
    public static FlowWithContext<TIn, Committable, TNext, Committable, TMat> Collect<TIn, TOut, TNext, TMat>(
        this FlowWithContext<TIn, Committable, TOut, Committable, TMat> flow, Func<TOut, TNext?> collect)
        where TNext : class =>
        flow.Via(Transform<TOut, TNext>(element => collect(element) is { } next ? [next] : []));

    /// <summary>Makes any number of elements of each. It is committed when the last of them is, and refused when one of them is; one that becomes nothing counts as handled.</summary>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TNext">What they become.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="concat">What an element becomes; enumerated once, whole.</param>
    /// <returns>The source of what they become.</returns>
    public static SourceWithContext<TNext, Committable, TMat> SelectConcat<TOut, TNext, TMat>(
        this SourceWithContext<TOut, Committable, TMat> source, Func<TOut, IEnumerable<TNext>> concat) => source.Via(Transform(concat));

    /// <inheritdoc cref="SelectConcat{TOut, TNext, TMat}(SourceWithContext{TOut, Committable, TMat}, Func{TOut, IEnumerable{TNext}})"/>
    /// <typeparam name="TIn">What comes into the flow.</typeparam>
    /// <typeparam name="TOut">The elements.</typeparam>
    /// <typeparam name="TNext">What they become.</typeparam>
    /// <typeparam name="TMat">The materialised value.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <param name="concat">What an element becomes; enumerated once, whole.</param>
    public static FlowWithContext<TIn, Committable, TNext, Committable, TMat> SelectConcat<TIn, TOut, TNext, TMat>(
        this FlowWithContext<TIn, Committable, TOut, Committable, TMat> flow, Func<TOut, IEnumerable<TNext>> concat) => flow.Via(Transform(concat));

    private static Flow<(TOut, Committable), (TOut, Committable), Akka.NotUsed> Keep<TOut>(Func<TOut, bool> predicate) => Flow.Create<(TOut, Committable)>().Where(pair =>
    {
        var (element, handle) = pair;
        if (predicate(element))
            return true;
        handle.Ack();
        return false;
    });

    private static Flow<(TOut, Committable), (TNext, Committable), Akka.NotUsed> Transform<TOut, TNext>(Func<TOut, IEnumerable<TNext>> concat) =>
        Flow.Create<(TOut, Committable)>().SelectMany(pair =>
        {
            var (element, handle) = pair;
            TNext[] all = [.. concat(element)];
            if (all.Length == 0)
                handle.Ack();
            return all.Length == 1 ? [(all[0], handle)] : all.Zip(handle.Split(all.Length));
        });
}
