using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Input;
using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.DeadLetters;

/// <summary>The options by which dead letters are chosen: those that meet all that is given.</summary>
internal sealed class Choice
{
    private readonly Option<long?> _id = new("--id") { Description = "The one with this number", HelpName = "number" };
    private readonly Option<string?> _group = new("--group") { Description = "Those of this group or private subscriber", HelpName = "group" };
    private readonly Option<string?> _type = new("--type") { Description = "Those whose event has this type", HelpName = "type" };
    private readonly Option<string?> _from = new("--died-from") { Description = "Those that died at this time or later (UTC unless it says)", HelpName = "time" };
    private readonly Option<string?> _before = new("--died-before") { Description = "Those that died before this time", HelpName = "time" };

    public IReadOnlyList<Option> Options => [_id, _group, _type, _from, _before];

    /// <summary>Whether nothing was given, so that it is all dead letters of the topic.</summary>
    public bool IsAll(Invocation run) =>
        run.Get(_id) is null && run.Get(_group) is null && run.Get(_type) is null && run.Get(_from) is null && run.Get(_before) is null;

    public DeadLetterFilter Of(Invocation run, TopicId topic) => new(topic)
    {
        Id = run.Get(_id), Subscriber = run.Get(_group), Type = run.Get(_type), DiedFrom = Time(run, _from), DiedBefore = Time(run, _before),
    };

    private static DateTimeOffset? Time(Invocation run, Option<string?> option) => run.Get(option) is { } text ? StartText.Time(option.Name, text) : null;
}
