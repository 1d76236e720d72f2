namespace PgPubSub.Core.Topics;

/// <summary>A topic as an operator sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its number.</param>
/// <param name="Floor">The lowest offset that may still be there.</param>
/// <param name="Tail">The offset that its next event gets.</param>
/// <param name="Retention">What is kept of it.</param>
/// <param name="DeadLetters">How many dead letters it has.</param>
public sealed record TopicStatus(string Name, TopicId Id, long Floor, long Tail, Retention Retention, long DeadLetters);
