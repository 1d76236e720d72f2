using Akka.Actor;
using FsCheck;
using FsCheck.Fluent;
using PgPubSub.Actors;
using PgPubSub.Postgres;

namespace PgPubSub.Fuzz.Tests.Options;

/// <summary>Whatever is set is either taken, and works, or refused at the start with every problem named.</summary>
public sealed class OptionsSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_hub_starts_and_works_or_names_what_is_wrong() => Hold(new OptionValues(typeof(PgPubSubOptions)), async set =>
    {
        var options = new PgPubSubOptions().UseInMemory();
        set(options);
        using var system = ActorSystem.Create("options", "akka.loglevel = OFF\nakka.stdout-loglevel = OFF\nakka.coordinated-shutdown.run-by-actor-system-terminate = off");
        if (Taken(() => PgPubSubHub.Start(system, options)) is { } hub)
        {
            var reply = await hub.Ask<IPublishReply>(new Publish("t", new Number(1)), Patience);
            Assert.True(reply is Published || (reply is PublishRejected { CanRetry: false } && options.MaxPayloadBytes < 100));
        }

        await system.Terminate();
    });

    [Fact]
    public void A_hub_on_PostgreSQL_is_made_or_names_what_is_wrong() => Hold(new OptionValues(typeof(PgPubSubOptions)), set =>
    {
        var options = new PgPubSubOptions { ConnectionString = "Host=127.0.0.1;Port=1;Timeout=1" };
        set(options);
        Taken(options.Freeze);
        return Task.CompletedTask;
    });

    [Fact]
    public void A_store_is_made_or_names_what_is_wrong() => Hold(new OptionValues(typeof(PostgresStoreOptions)), async set =>
    {
        var options = new PostgresStoreOptions { ConnectionString = "Host=127.0.0.1;Port=1;Timeout=1" };
        set(options);
        var problems = options.Problems();
        Assert.All(problems, IsSentence);
        if (problems.Count == 0)
            await new PostgresStore(options).DisposeAsync();
        else
            Assert.Contains(problems[0], Assert.Throws<ArgumentException>(() => new PostgresStore(options)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_handler_is_taken_or_names_what_is_wrong() => Hold(new OptionValues(typeof(HandlerOptions)), set =>
    {
        var options = new HandlerOptions();
        set(options);
        Taken(() => options.Freeze("topic", "group"));
        foreach (var text in Texts.Hostile.Select(text => (string?)text.Make(null!)))
            Taken(() => options.Freeze(text!, text!));
        return Task.CompletedTask;
    });

    private static T? Taken<T>(Func<T> take)
        where T : class
    {
        try
        {
            return take();
        }
        catch (PgPubSubConfigurationException e)
        {
            Assert.NotEmpty(e.Problems);
            Assert.All(e.Problems, IsSentence);
            Assert.All(e.Problems, problem => Assert.Contains(problem, e.Message, StringComparison.Ordinal));
            return null;
        }
    }

    private static void IsSentence(string problem) => Assert.Matches("^[A-Z].+[.]$", problem);

    private static void Hold(OptionValues values, Func<Action<object>, Task> check) => Fuzzing.Hold(
        Arb.From(Fuzzing.Choices(values.Pools).Generator.Select(choices => new Setting(values, choices)), shrunk => Fuzzing.Choices(values.Pools).Shrinker(shrunk.Choices).Select(choices => shrunk with { Choices = choices })),
        setting => check(options => values.Set(options, setting.Choices)));

    private sealed record Setting(OptionValues Values, int[] Choices)
    {
        public override string ToString() => Values.Tell(Choices);
    }
}
