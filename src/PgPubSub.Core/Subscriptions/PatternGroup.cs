using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Subscriptions;

/// <summary>A group that stands at every topic of a pattern, those included that do not exist yet.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Group">The group's name, the same at every topic.</param>
public sealed record PatternGroup(TopicPattern Pattern, string Group);
