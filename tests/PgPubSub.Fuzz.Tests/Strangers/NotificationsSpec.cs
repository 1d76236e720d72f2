using System.Globalization;
using Akka.Actor;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Fuzz.Tests.Strangers;

/// <summary>What strangers say on the channel is a hint like any other: it may cost a look, never an event.</summary>
public sealed class NotificationsSpec
{
    private const string Topic = "heard";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Gen<string> Word = Gen.OneOf(
        Gen.Elements(":", "1:", ":5", "1:2:3", "1;2", "-1:5", "1:-5", "0x1:0x2", "9999999999:1", "1:99999999999999999999", "probe", "probe x", "\u0001", "{\"topic\":1}", "'); DROP TABLE event; --", "١:٢", "1 : 2", "NaN:1", "1:1e3", "*:*", "\U0001F600"),
        from topic in Gen.Choose(0, 3) from tail in Gen.Elements(0L, 1, 2, 100, int.MaxValue, long.MaxValue - 1, long.MaxValue) select string.Create(CultureInfo.InvariantCulture, $"{topic}:{tail}"));

    private static readonly Gen<string> Payload = Word.ListOf(40).Select(words => string.Join(' ', words));

    [Fact]
    public async Task Nothing_crashes_nothing_is_lost_and_the_log_is_not_read_for_each()
    {
        CountingLog? log = null;
        await using var hub = await FuzzHub.StartAsync(inMemory: false, configure: options => options.Decorate = stores => stores with { Log = log = new CountingLog(stores.Log) });
        await hub.AskAsync<Published>(new Publish(Topic, new Number(0)));
        var reader = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.System.ActorOf(Props.Create(() => new WorkerActor(hub.Hub, Topic, null, Fuzzing.Cases(200) + 1, reader)));
        await using var stranger = new NpgsqlConnection(hub.ConnectionString);
        await stranger.OpenAsync();

        Fuzzing.Hold(Arb.From(Payload.ListOf(20)), async payloads =>
        {
            foreach (var payload in payloads)
            {
                await using var notify = new NpgsqlCommand("SELECT pg_notify($1, $2)", stranger) { Parameters = { new() { Value = hub.Schema + "_wake" }, new() { Value = payload } } };
                await notify.ExecuteNonQueryAsync();
            }

            await hub.AskAsync<Published>(new Publish(Topic, new Number(1)));
        });
        await reader.Task.WaitAsync(Patience);
        var group = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.System.ActorOf(Props.Create(() => new WorkerActor(hub.Hub, Topic, "late", Fuzzing.Cases(200) + 1, group)));
        await group.Task.WaitAsync(Patience);
        await hub.IsWellAsync();

        var before = log!.Reads;
        for (var i = 0; i < 5_000; i++)
        {
            await using var notify = new NpgsqlCommand("SELECT pg_notify($1, $2)", stranger) { Parameters = { new() { Value = hub.Schema + "_wake" }, new() { Value = $"1:{1_000_000_000 + i}" } } };
            await notify.ExecuteNonQueryAsync();
        }

        await hub.IsWellAsync();
        Assert.InRange(log.Reads - before, 0, 500);
    }

    private sealed class CountingLog(ILogStore log) : ForwardingLog(log)
    {
        private int _reads;

        public int Reads => _reads;

        public override Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop)
        {
            Interlocked.Increment(ref _reads);
            return Inner.ReadAsync(topic, from, most, bytes, stop);
        }
    }
}
