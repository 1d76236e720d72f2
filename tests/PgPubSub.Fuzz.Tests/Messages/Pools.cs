using System.Reflection;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>The values that a parameter of a message is given, the ordinary one first.</summary>
internal static class Pools
{
    public const string Topic = "fuzz", Group = "workers";

    private static readonly TimeSpan[] Spans =
        [TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromDays(31), TimeSpan.FromMilliseconds(long.MaxValue / 10_000 / 2)];

    private static readonly DateTimeOffset?[] Moments =
        [null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new(2020, 1, 1, 0, 0, 0, TimeSpan.FromHours(14)), new(1, 1, 1, 0, 0, 0, TimeSpan.Zero), new(9999, 12, 31, 9, 59, 59, TimeSpan.FromHours(-14)), default(DateTimeOffset)];

    private static readonly Dictionary<Type, IReadOnlyList<Value>> ByType = new()
    {
        [typeof(int)] = Numbers(100, 0, -1, 1, 1_000, 1_001, 10_000, 10_001, int.MinValue, int.MaxValue),
        [typeof(int?)] = [new("null", (object?)null), .. Numbers(1, 0, -1, 10_000, 10_001, int.MinValue, int.MaxValue)],
        [typeof(long)] = Numbers(0L, -1L, 1L, long.MinValue, long.MaxValue),
        [typeof(bool)] = [new("false", false), new("true", true)],
        [typeof(TimeSpan?)] = [.. Spans.Select(span => new Value(span.ToString(), span))],
        [typeof(object)] = Payloads.All,
        [typeof(StartFrom)] = Starts(),
        [typeof(IActorRef)] = [new("null", (object?)null), new("nobody", ActorRefs.Nobody), new("the dead letters", hub => hub.System.DeadLetters), new("one that is gone", hub => hub.Gone)],
        [typeof(GroupRules)] = [new("null", (object?)null), .. Rules().Select((rules, i) => new Value($"rules {i}", rules))],
        [typeof(Retention)] = [new("the default", Retention.Default), new("null", (object?)null), .. Retentions().Select((retention, i) => new Value($"retention {i}", retention))],
        [typeof(DeadLettersWhere)] = [new("null", (object?)null), .. Conditions().Select((where, i) => new Value($"condition {i}", where))],
        [typeof(IReadOnlyDictionary<string, string>)] =
        [
            new("null", (object?)null), new("empty", new Dictionary<string, string>()), new("one that throws", new Thrower<string, string>()),
            .. Texts.Hostile.Skip(1).SelectMany(text => (Value[])[new($"header named {text.Name}", new Dictionary<string, string> { [(string)text.Make(null!)!] = "v" }), new($"header of {text.Name}", new Dictionary<string, string> { ["h"] = (string)text.Make(null!)! })]),
            new("a null header", new Dictionary<string, string> { ["h"] = null! }), new("10,000 headers", Enumerable.Range(0, 10_000).ToDictionary(i => $"h{i}", i => $"{i}")),
        ],
        [typeof(IReadOnlyDictionary<string, long>)] =
        [
            new("null", (object?)null), new("empty", new Dictionary<string, long>()), new("one that throws", new Thrower<string, long>()), new("negative", new Dictionary<string, long> { [Topic] = -1 }),
            new("huge", new Dictionary<string, long> { [Topic] = long.MaxValue, ["\0"] = 0, ["\uD800"] = 1 }),
        ],
        [typeof(IReadOnlyList<Publish>)] =
        [
            new("one", new[] { new Publish(Topic, new Number(1)) }), new("null", (object?)null), new("empty", Array.Empty<Publish>()), new("a null event", new Publish?[] { new(Topic, new Number(1)), null }),
            new("another topic's", new[] { new Publish("other", new Number(1)) }), new("one that throws", new Thrower<Publish>()),
            new("10,001", Enumerable.Repeat(new Publish(Topic, new Number(1)), 10_001).ToArray()), new("a bad one", new[] { new Publish(Topic, new Number(1)), new Publish(Topic, null!), new Publish(Topic, 1, Key: "\0") }),
        ],
        [typeof(IReadOnlyCollection<Delivery>)] =
        [
            new("null", (object?)null), new("empty", Array.Empty<Delivery>()), new("a null delivery", new Delivery?[] { null }), new("one that throws", new Thrower<Delivery>()),
            new("forged ones", hub => Forgeries.Ids.Select(id => Forgeries.Delivery(hub.Hub, id)).ToArray()),
        ],
    };

    public static IReadOnlyList<Value> Of(ParameterInfo parameter) => parameter switch
    {
        _ when parameter.ParameterType == typeof(string) => Texts.With(parameter.Name switch { "Topic" or "Pattern" => Topic, "Group" => Group, _ => "ordinary" }),
        _ => ByType.TryGetValue(parameter.ParameterType, out var pool) ? pool : throw new NotSupportedException($"There is nothing hostile of type {parameter.ParameterType} yet, for {parameter.Name} of {parameter.Member.DeclaringType}."),
    };

    private static Value[] Numbers<T>(params T[] numbers) => [.. numbers.Select(number => new Value($"{number}", number))];

    private static Value[] Starts() =>
    [
        new("null", (object?)null), new("latest", StartFrom.Latest), new("earliest", StartFrom.Earliest), .. new[] { 0, 1, -1, long.MinValue, long.MaxValue, long.MaxValue - 1 }.Select(n => new Value($"offset {n}", StartFrom.Offset(n))),
        .. Moments.OfType<DateTimeOffset>().Select(moment => new Value($"time {moment:o}", StartFrom.Time(moment))),
    ];

    private static IEnumerable<GroupRules> Rules()
    {
        var fine = GroupRules.Default;
        yield return fine;
        yield return fine with { Retry = null! };
        foreach (var span in Spans)
        {
            yield return fine with { AckDeadline = span };
            yield return fine with { Retry = fine.Retry with { First = span } };
            yield return fine with { Retry = fine.Retry with { Most = span } };
        }

        foreach (var factor in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -1, double.Epsilon, double.MaxValue, 1, 100 })
            yield return fine with { Retry = fine.Retry with { Factor = factor } };
        foreach (var most in new[] { -1, 0, 1, int.MinValue, int.MaxValue })
            yield return fine with { Retry = fine.Retry with { MaxAttempts = most }, DeadLetter = most == 1 };
        foreach (var text in Texts.Hostile.Select(text => (string?)text.Make(null!)))
        {
            yield return fine with { Filter = EventFilter.OfTypes(text!) };
            yield return fine with { Filter = EventFilter.OfHeader(text ?? "h", text!) };
        }

        yield return fine with { Filter = new EventFilter(Enumerable.Range(0, 101).Select(i => $"t{i}")) };
    }

    private static IEnumerable<Retention> Retentions()
    {
        foreach (var count in new[] { 0, 1, -1, long.MinValue, long.MaxValue, 1_000_000_000_000_000 })
        {
            yield return new Retention { Count = count };
            yield return new Retention { MaxBacklogEvents = count };
        }

        foreach (var span in Spans)
        {
            yield return new Retention { Age = span };
            yield return new Retention { MaxBacklogAge = span, DeadLetterAge = span };
        }
    }

    private static IEnumerable<DeadLettersWhere> Conditions()
    {
        yield return new DeadLettersWhere();
        foreach (var text in Texts.Hostile.Select(text => (string?)text.Make(null!)))
        {
            yield return new DeadLettersWhere(Subscriber: text);
            yield return new DeadLettersWhere(Type: text);
        }

        foreach (var moment in Moments)
            yield return new DeadLettersWhere(DiedFrom: moment, DiedBefore: moment);
        foreach (var id in new[] { 0, -1, long.MinValue, long.MaxValue })
            yield return new DeadLettersWhere(Id: id);
    }
}
