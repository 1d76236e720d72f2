using System.Globalization;
using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Conformance;

/// <summary>The stores on PostgreSQL and in memory answer the same to the same history, whatever is asked of them and in whatever order.</summary>
public sealed class TwinStoresSpec(PostgresUnderTest postgres) : IClassFixture<PostgresUnderTest>
{
    private const int Steps = 250;
    private static readonly string[] Groups = ["a", "b", "p"];

    private readonly string _name = $"twin-{Guid.CreateVersion7():N}";
    private readonly List<(string Group, Guid Node, Guid Token, bool IsRetries)> _claims = [];
    private readonly List<Guid> _nodes = [];
    private IReadOnlyList<NewEvent> _sent = Events.Many(1);
    private Random _random = new(0);

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 3)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Both_answer_the_same(int seed)
    {
        _random = new Random(seed);
        Twin[] twins = [new(new InMemoryUnderTest(), _name), new(postgres, _name)];
        var history = new List<string>();
        for (var i = 0; i < Steps; i++)
        {
            var (what, call) = i switch
            {
                0 => ("a topic", twin => twin.EnsureTopicAsync(Retention.Forever)),
                1 or 2 => ("a group", twin => twin.EnsureGroupAsync(Groups[i - 1], StartFrom.Earliest, Rules(maxAttempts: 3), change: false)),
                3 => Register(Guid.CreateVersion7()),
                _ => Next(),
            };
            var answers = new List<string>();
            foreach (var twin in twins)
                answers.Add($"{await Twin.TellAsync(() => call(twin))}\n{await twin.SnapshotAsync()}");
            history.Add($"{i} {what}: {answers[0].Split('\n')[0]}");
            var differ = answers[0].Split('\n').Zip(answers[1].Split('\n')).Where(lines => lines.First != lines.Second).Select(lines => $"in memory: {lines.First}\non PostgreSQL: {lines.Second}");
            Assert.True(answers[0] == answers[1], string.Join('\n', history.TakeLast(40).Concat(differ)));
        }

        foreach (var node in _nodes)
            await postgres.Nodes.DepartAsync(node);
    }

    // What happens next, the same for both.
    private (string What, Func<Twin, Task<string>> Call) Next()
    {
        var (group, offset, most) = (Groups[_random.Next(9) / 4], (long)_random.Next(40), 1 + _random.Next(6));
        var (flag, node, token) = (_random.Next(2) == 0, _nodes.Count == 0 ? Guid.Empty : _nodes[_random.Next(_nodes.Count)], Guid.CreateVersion7());
        var claim = _claims.Count == 0 ? default : _claims[Math.Max(0, _claims.Count - 1 - _random.Next(5))];
        var from = _random.Next(4) switch { 0 => StartFrom.Earliest, 1 => StartFrom.Latest, 2 => StartFrom.Time(DateTimeOffset.UnixEpoch), _ => StartFrom.Offset(offset) };
        var rules = Rules(_random.Next(4)) with { AckDeadline = TimeSpan.FromSeconds(1 + _random.Next(2)), DeadLetter = _random.Next(4) > 0 };
        var pattern = new PatternGroup(TopicPattern.Parse($"{_name}.{(flag ? "*" : "#")}"), "p");
        switch (_random.Next(40))
        {
            case 0 or 1 when _nodes.Count < 3:
                return Register(token);
            case 0 or 1 or 2 or 3:
                var events = _sent = most == 1 ? _sent : [.. Events.Many(most)];
                return ($"append {most} after {(flag ? offset : "the tail")}", twin => twin.AppendAsync(flag && most < 3 ? offset : null, events));
            case 4 or 5 or 6 or 30 or 31 or 32:
                _claims.Add((group, node, token, false));
                return ($"claim {most} of {group}", twin => twin.ClaimAsync(group, node, token, most));
            case 7 or 8 or 29 or 33 or 34 or 35:
                _claims.Add((group, node, token, true));
                return ($"retries of {group}", twin => twin.RetriesAsync(group, node, token, flag));
            case 9 or 10 or 11 or 12 or 24 or 36 or 37 or 38 or 39 when claim.Token != default:
                return Settle(claim, _random.Next(5), _random.Next(8), flag);
            case 13:
                return ($"group {group} from {from}, change {flag}", twin => twin.EnsureGroupAsync(group, from, rules, flag));
            case 14:
                return ($"seek {group} to {from}", twin => twin.SeekAsync(group, from));
            case 15:
                return ($"pause {group} {flag}", twin => twin.PauseAsync(group, flag && most > 3));
            case 16 when most == 1:
                return ($"drop {group}", twin => twin.DropGroupAsync(group));
            case 16:
                return ($"find and read {group}", async twin => $"{await twin.FindGroupAsync(group)} {await twin.ReadGroupAsync(group)}");
            case 17 or 27 when most < 4:
                _nodes.Remove(node);
                return ("a death", twin => twin.TakeOverAsync(node));
            case 17 when flag:
                _nodes.Remove(node);
                return ("a departure", async twin => { await twin.Store.Nodes.DepartAsync(node); return "done"; });
            case 18 when claim.Token != default:
                return ("a return", async twin => $"{await twin.Store.Nodes.ReturnOrphansAsync(claim.Node, [claim.Token])}");
            case 19:
                return ($"mark {offset}", twin => twin.MarkAsync(node, flag ? offset : null));
            case 20 or 21:
                var retention = new Retention { Count = flag ? most : null, MaxBacklogEvents = most > 4 ? 3 + offset : null, DeadLetterAge = most == 1 ? TimeSpan.FromHours(1) : null };
                return ($"trim {retention}", twin => twin.TrimAsync(retention, TimeSpan.FromHours(2)));
            case 22 when offset < 8:
                return ("clear", twin => twin.ClearAsync());
            case 22:
                return ("bury privately", twin => twin.BuryPrivateAsync(group, offset));
            case 23 or 28:
                return ("redrive", twin => TellAsync(from => twin.Store.DeadLetters.RedriveAsync(flag ? twin.Dead : twin.Dead with { Subscriber = group }, from, most)));
            case 27 when flag:
                return ("purge", twin => TellAsync(from => twin.Store.DeadLetters.PurgeAsync(twin.Dead with { Subscriber = group }, from, most)));
            case 25:
                return ($"pattern {pattern.Pattern} from {from}, change {flag}", twin => twin.EnsurePatternAsync(pattern, from, rules, most > 3));
            case 26 when offset < 8:
                return ("drop the pattern", async twin => $"{await twin.Store.Subscriptions.DropPatternAsync(pattern)}");
            case 26 when offset > 37:
                return ("drop the topic", twin => twin.DropTopicAsync());
            default:
                return ("the topic", twin => twin.EnsureTopicAsync(Retention.Forever));
        }
    }

    private (string, Func<Twin, Task<string>>) Register(Guid node)
    {
        _nodes.Add(node);
        return ("a node", async twin =>
        {
            await twin.Store.Nodes.RegisterAsync(node, "twin", CancellationToken.None);
            return "done";
        });
    }

    // No waits: one store grows older by its clock, the other by its contents.
    private static GroupRules Rules(int maxAttempts) => GroupRules.Default with { Retry = new RetryRules(maxAttempts, TimeSpan.Zero, 1, TimeSpan.Zero) };

    private static (string, Func<Twin, Task<string>>) Settle((string Group, Guid Node, Guid Token, bool IsRetries) claim, int what, int index, bool whole)
    {
        Failure Failure(long offset) => new(offset, what, what == 1 ? TimeSpan.FromDays(400) : TimeSpan.Zero, "it failed", Bury: what == 2);
        if (claim.IsRetries)
        {
            return ($"settle a retry of {claim.Group} {what} {index}", twin => twin.Retries(claim.Token) is { Count: > 0 } offsets && offsets[index % offsets.Count] is var offset
                ? twin.SettleRetryAsync(claim.Group, claim.Node, claim.Token, offset, what == 0 ? null : Failure(offset))
                : Task.FromResult("no retries"));
        }

        return ($"settle {claim.Group} {what} {index} {whole}", twin => twin.Page(claim.Token) is { Hi: var hi, Lo: var lo } && hi > lo
            ? twin.SettleAsync(claim.Group, claim.Node, claim.Token, [lo + (index % (hi - lo))], what == 0 ? [] : [Failure(lo + ((index + 1) % (hi - lo)))], whole)
            : Task.FromResult("no page"));
    }

    private static async Task<string> TellAsync(Func<long, Task<DeadLetterStep>> step)
    {
        var (from, done, skipped) = ((long?)0, 0, 0);
        while (from is { } next)
        {
            var did = await step(next);
            (from, done, skipped) = (did.Next, done + did.Done, skipped + did.Skipped);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{done} {skipped}");
    }
}
