namespace PgPubSub.Samples.Shared.Programs;

/// <summary>A node did not get well; the message says why.</summary>
internal sealed class NodeException(string message) : Exception(message);
