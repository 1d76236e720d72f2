namespace PgPubSub.Actors.Payloads;

/// <summary>A payload can't be stored; the message is ours and quotes nothing of it.</summary>
internal sealed class PayloadException(string message) : Exception(message);
