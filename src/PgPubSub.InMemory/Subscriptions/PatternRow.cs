using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Subscriptions;

/// <summary>A pattern group.</summary>
internal sealed class PatternRow(PatternGroup key, GroupRules rules)
{
    public PatternGroup Key => key;

    public TopicPattern Pattern => key.Pattern;

    public string Group => key.Group;

    public GroupRules Rules { get; set; } = rules;

    public bool Matches(string topic) => key.Pattern.Matches(topic);
}
