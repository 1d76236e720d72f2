namespace PgPubSub.Actors;

/// <summary>A request that concerns one topic; the hub routes it.</summary>
public interface ITopicCommand
{
    /// <summary>The topic's name: at most 200 bytes of UTF-8, no control characters. It is made on first use.</summary>
    string Topic { get; }
}
