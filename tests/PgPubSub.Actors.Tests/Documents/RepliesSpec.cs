using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PgPubSub.Actors.Tests.Documents;

/// <summary>Whoever asks can name one type for all that a request may be answered with.</summary>
public sealed partial class RepliesSpec
{
    // The request's documentation says what answers it.
    private static readonly (string Request, Type[] Replies)[] Requests =
    [
        .. from member in XDocument.Load(Path.ChangeExtension(typeof(Publish).Assembly.Location, ".xml")).Descendants("member")
           let name = member.Attribute("name")!.Value
           where name.StartsWith("T:", StringComparison.Ordinal)
           let answered = Answered().Match(member.Element("summary")?.ToString() ?? "")
           where answered.Success
           select (name[2..], Reference().Matches(answered.Value).Select(one => typeof(Publish).Assembly.GetType(one.Groups["type"].Value)).OfType<Type>().ToArray()),
    ];

    [Fact]
    public void All_requests_are_seen() =>
        Assert.Superset(
            new HashSet<string> { "Publish", "Subscribe", "SubscribePattern", "Flush", "ReadHistory", "ListTopics", "ListDeadLetters", "PauseGroup", "DropTopic", "PurgeDeadLetters" }
                .Select(request => "PgPubSub.Actors." + request).ToHashSet(),
            Requests.Where(request => request.Replies.Length > 1).Select(request => request.Request).ToHashSet());

    [Fact]
    public void All_replies_to_a_request_share_an_interface() => Assert.Empty(
        Requests.Where(request => request.Replies.Length > 1)
            .Where(request => !request.Replies.Select(reply => reply.GetInterfaces().Where(shared => shared.IsPublic && shared.Name.EndsWith("Reply", StringComparison.Ordinal))).Aggregate((one, other) => one.Intersect(other)).Any())
            .Select(request => $"{request.Request} is answered with {string.Join(" or ", request.Replies.Select(reply => reply.Name))}"));

    [GeneratedRegex("[Aa]nswered with .*?(?=[.;](\\s|<|$)|, then)", RegexOptions.Singleline)]
    private static partial Regex Answered();

    [GeneratedRegex("cref=\"T:(?<type>[^\"]+)\"")]
    private static partial Regex Reference();
}
