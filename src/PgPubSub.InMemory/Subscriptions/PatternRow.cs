using PgPubSub.Core.Subscriptions;

namespace PgPubSub.InMemory.Subscriptions;

/// <summary>A pattern group.</summary>
internal sealed class PatternRow(PatternGroup key, GroupRules rules)
{
    public PatternGroup Key => key;

    public string Group => key.Group;

    public GroupRules Rules { get; set; } = rules;

    public bool Matches(string topic) => key.Pattern.Matches(topic);
}
