using System.Diagnostics;
using System.Text.Json;
using Akka.Actor;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>
/// An event in a consumer's hands. It is answered before its deadline passes: by an actor to the delivery's sender, or from anywhere with <see cref="Settle"/>,
/// <see cref="SettleAsync"/> or <see cref="SettleAllAsync"/>. The first of <see cref="Ack"/>, <see cref="Nack"/> and <see cref="DeadLetter"/> counts. Safe for use by several threads.
/// </summary>
public sealed class Delivery : INoSerializationVerificationNeeded
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), MostPatience = TimeSpan.FromDays(1);
    private readonly DeliveryOrigin _origin;
    private readonly StoredEvent _stored;
    private TopicEvent? _event;
    private HandlerPlace? _place;
    private volatile bool _answered;

    internal Delivery(DeliveryOrigin origin, DeliveryId id, StoredEvent stored, int attempt, TimeSpan ackDeadline, Activity? span = null) =>
        (_origin, Id, _stored, Attempt, AckDeadline, Span) = (origin, id, stored, attempt, ackDeadline, span);

    /// <summary>The event, which may be kept after the delivery was answered.</summary>
    public TopicEvent Event => _event ??= new TopicEvent(Topic, _stored, _origin.Serializer); // whichever thread is first: they are alike

    /// <summary>The topic.</summary>
    public string Topic => _origin.Topic;

    /// <summary>The group, or null for a private subscriber.</summary>
    public string? Group => _origin.Group;

    /// <summary>The event's place in the topic, from 0 without a gap.</summary>
    public long Offset => _stored.Offset;

    /// <summary>The event's id, the same at every delivery: what to recognise a repetition by.</summary>
    public Guid EventId => _stored.Id;

    /// <summary>The event type's name.</summary>
    public string Type => _stored.Type;

    /// <summary>What the event belongs to, or null.</summary>
    public string? Key => _stored.Key;

    /// <summary>When it was published, by the database's clock; never decreasing along a topic.</summary>
    public DateTimeOffset PublishedAt => _stored.PublishedAt;

    /// <summary>The number of this hand-out, from 1.</summary>
    public int Attempt { get; }

    /// <summary>How long it may be held from when it was handed out, unless it is extended.</summary>
    public TimeSpan AckDeadline { get; }

    /// <inheritdoc cref="TopicEvent.ContentType"/>
    public string ContentType => Event.ContentType;

    /// <summary>The headers; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Headers => Event.Headers;

    /// <summary>The event as it was sent: JSON in UTF-8, or other bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _stored.Data;

    /// <summary>The event as JSON.</summary>
    /// <exception cref="EventUnreadableException">It is not JSON.</exception>
    public JsonElement Json => Event.Json;

    /// <summary>
    /// What a span belongs under that is about this delivery: the delivery's own span where it is recorded, else what its publisher was in. Default where there is neither.
    /// A handler's code has it as <see cref="Activity.Current"/> already.
    /// </summary>
    public ActivityContext TraceContext => Span?.Context ?? Event.TraceContext;

    /// <summary>The delivery's span, which ends with its answer; null where nobody records it.</summary>
    internal Activity? Span { get; }

    /// <summary>Where a handler tells how long it took; null where nobody made the delivery but a spec.</summary>
    internal SubscriptionTelemetry? Telemetry => _origin.Telemetry;

    internal DeliveryId Id { get; }

    internal IActorRef Subscription => _origin.Subscription;

    /// <summary>Whether an answer was given through this object.</summary>
    internal bool IsAnswered => _answered;

    /// <summary>The event as an object, read by <see cref="PgPubSubOptions.Serializer"/>.</summary>
    /// <typeparam name="T">What it was published as, or anything that its data fits.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="EventUnreadableException">Its data can't be read as this type.</exception>
    public T As<T>() => Event.As<T>();

    /// <summary>The answer that it was handled.</summary>
    /// <param name="confirm">Whether the answer is to be answered with <see cref="AnswerConfirmed"/> after the commit.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    public Ack Ack(bool confirm = false) => new(this, confirm);

    /// <summary>The answer that it failed: it comes back later, or is buried after its last attempt.</summary>
    /// <param name="reason">Why, for people; at most 1,000 characters of it are kept.</param>
    /// <param name="delay">How long it waits; by default the group's back-off; 0 or more, at most 30 days.</param>
    /// <param name="confirm">Whether the answer is to be answered with <see cref="AnswerConfirmed"/> after the commit.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative or longer than 30 days.</exception>
    public Nack Nack(string reason, TimeSpan? delay = null, bool confirm = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay ?? TimeSpan.Zero, TimeSpan.Zero, nameof(delay));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay ?? TimeSpan.Zero, TimeSpan.FromDays(30), nameof(delay));
        return new Nack(this, Reason.Clean(reason), delay, confirm);
    }

    /// <summary>The answer that it will never succeed: it becomes a dead letter now, whatever attempts it has left.</summary>
    /// <param name="reason">Why, for people; at most 1,000 characters of it are kept.</param>
    /// <param name="confirm">Whether the answer is to be answered with <see cref="AnswerConfirmed"/> after the commit.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    public Bury DeadLetter(string reason, bool confirm = false) => new(this, Reason.Clean(reason), confirm);

    /// <summary>The answer that it takes longer.</summary>
    /// <param name="time">The new deadline, from when the answer arrives; more than 0, at most 1 day.</param>
    /// <returns>What to tell the delivery's sender.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is not more than 0 or longer than 1 day.</exception>
    public Extend Extend(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(1));
        return new Extend(this, time);
    }

    /// <summary>Gives an answer from wherever this is called: a handler, a task, an actor that did not get the delivery itself.</summary>
    /// <param name="answer">An answer that this delivery made.</param>
    /// <exception cref="ArgumentException">The answer is another delivery's.</exception>
    public void Settle(IAnswer answer)
    {
        Check(answer);
        Give(answer, () =>
        {
            Subscription.Tell(answer);
            return true;
        });
    }

    /// <summary>
    /// Gives an answer from wherever this is called, and waits until it is committed; an extension, until it counts. An actor pipes the task to itself.
    /// </summary>
    /// <param name="answer">An answer that this delivery made.</param>
    /// <param name="timeout">How long to wait: more than 0, at most 1 day, or <see cref="Timeout.InfiniteTimeSpan"/>; by default 30 s.</param>
    /// <param name="cancel">Ends the wait, not the answer.</param>
    /// <returns><see cref="AnswerConfirmed"/>, or <see cref="AnswerRefused"/>: with an unknown outcome where no confirmation came in time or the subscription was over.</returns>
    /// <exception cref="ArgumentException">The answer is another delivery's, or the timeout is out of range.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the answer may be committed all the same, unless it was cancelled before this was called.</exception>
    public async Task<IAnswerReply> SettleAsync(IAnswer answer, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        Check(answer);
        var patience = Checked(timeout);
        cancel.ThrowIfCancellationRequested();
        try
        {
            return await Give(answer, () => Subscription.Ask<IAnswerReply>(answer.Confirmed, patience, cancel));
        }
        catch (AskTimeoutException)
        {
            return new AnswerRefused("No confirmation came in time.", OutcomeUnknown: true);
        }
    }

    /// <summary>
    /// Gives many answers, of any deliveries and subscriptions, and waits until all are committed; an extension, until it counts. Each subscription gets one message. An actor pipes the task to itself.
    /// </summary>
    /// <param name="answers">Answers that deliveries made. Of several for one delivery the first counts.</param>
    /// <param name="timeout">How long to wait: more than 0, at most 1 day, or <see cref="Timeout.InfiniteTimeSpan"/>; by default 30 s.</param>
    /// <param name="cancel">Ends the wait, not the answers.</param>
    /// <returns>
    /// <see cref="AnswerConfirmed"/> or <see cref="AnswerRefused"/> for each answer, in their order: with an unknown outcome where no confirmation came in time or the subscription was over.
    /// </returns>
    /// <exception cref="ArgumentException">An answer is null, or the timeout is out of range.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; answers may be committed all the same, unless it was cancelled before this was called.</exception>
    public static async Task<IReadOnlyList<IAnswerReply>> SettleAllAsync(IEnumerable<IAnswer> answers, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(answers);
        IAnswer[] given = [.. answers];
        if (given.Contains(null))
            throw new ArgumentException("An answer is null.", nameof(answers));
        var patience = Checked(timeout);
        cancel.ThrowIfCancellationRequested();
        foreach (var answer in given)
            answer.Delivery.IsGiven(answer);
        return await SettlingAll.SettleAsync(given, patience, cancel);
    }

    /// <summary>A handler begins with it: until it ends, an answer keeps its place in the window.</summary>
    internal void BeginHandling() => _place = new HandlerPlace(Subscription, Id);

    internal void EndHandling() => _place?.End();

    internal object As(Type type) => Event.As(type);

    internal bool IsFrom(IActorRef subscription) => Subscription.Equals(subscription);

    /// <summary>Whether both are the same hand-out of the same event.</summary>
    internal bool IsSameAs(Delivery other) => Id == other.Id && EventId == other.EventId && Attempt == other.Attempt;

    private T Give<T>(IAnswer answer, Func<T> tell)
    {
        if (answer is Extend)
            return tell();
        _answered = true;
        return _place is { } place ? place.Answer(tell) : tell();
    }

    // A handler's place is kept from before the answer is told.
    private void IsGiven(IAnswer answer)
    {
        if (answer is Extend)
            return;
        _answered = true;
        _place?.Answer(static () => true);
    }

    private static TimeSpan Checked(TimeSpan? timeout)
    {
        var patience = timeout ?? Patience;
        return patience == Timeout.InfiniteTimeSpan || (patience > TimeSpan.Zero && patience <= MostPatience)
            ? patience
            : throw new ArgumentOutOfRangeException(nameof(timeout));
    }

    private void Check(IAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (!answer.Delivery.IsSameAs(this) || !answer.Delivery.IsFrom(Subscription))
            throw new ArgumentException("The answer was made by another delivery.", nameof(answer));
    }

    /// <summary>Never shows data, key or headers.</summary>
    /// <returns>Topic, offset and attempt.</returns>
    public override string ToString() => $"Delivery of {Topic} at {Offset}, attempt {Attempt}";
}
