namespace PgPubSub.Samples.Shared.Programs;

/// <summary>An argument is not usable.</summary>
internal sealed class UsageException(string message) : Exception(message);
