using FsCheck;
using FsCheck.Fluent;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>A message and the value of each of its parameters.</summary>
internal sealed record Case(Type Message, IReadOnlyList<int> Choices)
{
    public static Arbitrary<Case> Of(Type message)
    {
        var pools = Requests.ParametersOf(message).Select(parameter => Pools.Of(parameter).Count).ToArray();
        return Arb.From(
            from choices in Fuzzing.Choices(pools).Generator
            select new Case(message, choices),
            shrunk => Fuzzing.Choices(pools).Shrinker([.. shrunk.Choices]).Select(choices => shrunk with { Choices = choices }));
    }

    public object MakeFor(FuzzHub hub) => Requests.Make(Message, [.. Values().Select(value => value.Make(hub))]);

    public override string ToString() => $"{Message.Name}({string.Join(", ", Requests.ParametersOf(Message).Zip(Values(), (parameter, value) => $"{parameter.Name}: {value.Name}"))})";

    private IEnumerable<Value> Values() => Requests.ParametersOf(Message).Zip(Choices, (parameter, choice) => Pools.Of(parameter)[choice]);
}
