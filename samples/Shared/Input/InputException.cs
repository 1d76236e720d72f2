namespace PgPubSub.Samples.Shared.Input;

/// <summary>The input can't be read; the message is for people.</summary>
internal sealed class InputException(string message) : Exception(message);
