namespace PgPubSub.Actors;

/// <summary>Who settles what a handler gets. An answer that the handler gave itself, with <see cref="Delivery.Settle"/> or <see cref="Delivery.SettleAsync"/>, always counts.</summary>
public enum Settlement
{
    /// <summary>At least once: returning acks, an exception nacks.</summary>
    Auto,

    /// <summary>
    /// At least once: returning answers nothing. The handler, or whoever it passes the delivery to, settles it before its deadline. An exception that leaves the
    /// handler nacks, so that what has failed does not wait for its deadline.
    /// </summary>
    Explicit,

    /// <summary>
    /// At most once: the event is acked, and the ack committed, before the handler is called. What the handler then fails at is logged and lost, and so is what it
    /// was doing when its process dies. The handler has no deadline; its token is cancelled when the host stops. Data that can't be read still becomes a dead letter.
    /// </summary>
    AckOnReceipt,
}
