using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Consuming;

/// <summary>Gets a member's messages.</summary>
internal interface IConsumer
{
    /// <summary>Takes a message; it has come through only after the next <see cref="Flush"/>.</summary>
    void Take(StoredEvent stored, int attempt);

    /// <summary>What was taken has come through when this returns.</summary>
    void Flush();
}
