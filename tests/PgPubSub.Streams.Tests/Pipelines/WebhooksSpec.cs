using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Pipelines;

/// <summary>From end to end: real payloads published by a flow, two members of a group in two actor systems that commit by batch, one of which is killed half way.</summary>
public sealed class WebhooksSpec : StreamSpec
{
    private const int Rounds = 8;
    private const string Doomed = "doomed";

    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<(string Node, int Attempt, string Payload)>> _handled = [];
    private readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously), _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _events;

    [FactOfWebhooks]
    public async Task A_system_that_is_killed_half_way_loses_nothing()
    {
        var lines = await File.ReadAllLinesAsync(Webhooks.File!);
        string[] payloads = [.. Enumerable.Repeat(lines, Rounds).SelectMany(all => all)];
        _events = payloads.Length;
        var doomed = ActorSystem.Create(Doomed, "akka { loglevel = ERROR, coordinated-shutdown.run-by-actor-system-terminate = off }"); // so that it gives nothing back
        PgPubSubHub.Start(doomed, Options());
        var (_, failed) = Consume(doomed);
        var (control, batches) = Consume(Sys);

        var publishing = Source.From(payloads).Select(line => JsonElement.Parse(line)).Select(hook => (Hook: hook, Event: hook.GetProperty("event").GetString()))
            .Select(one => new Publish("webhooks", one.Hook, Key: one.Event, Type: one.Event))
            .Via(PgPubSubFlow.Publish<Publish>(Sys, "webhooks")).RunWith(Sink.Seq<Published>(), Materializer);
        await _half.Task.WaitAsync(LongPatience);
        await doomed.Terminate();
        var published = await publishing.WaitAsync(LongPatience);
        await _all.Task.WaitAsync(LongPatience);
        await UntilSettledAsync("webhooks", "mirror"); // what the dead one had not committed came again
        await control.DrainAndShutdown().WaitAsync(LongPatience);

        Assert.Equal(Enumerable.Range(0, _events).Select(n => (long)n), published.Select(p => p.Offset));
        for (var i = 0; i < _events; i++)
        {
            var times = _handled[published[i].EventId].ToArray();
            Assert.All(times, time => Assert.Equal(payloads[i], time.Payload));
            Assert.Equal(times.Select(time => time.Attempt).Order().Distinct(), times.Select(time => time.Attempt)); // again only with a higher attempt
        }

        Assert.All(await batches, batch => Assert.Empty(batch.Failures));
        Assert.Contains(_handled.Values, times => times.Any(time => time.Node == Doomed) && times.Count > 1); // it did hold something when it was killed
        await Assert.ThrowsAnyAsync<Exception>(() => failed.WaitAsync(LongPatience));
    }

    private (ISourceControl, Task<IImmutableList<CommitBatch>>) Consume(ActorSystem system) =>
        PgPubSubSource.Group(system, "webhooks", "mirror", new() { Window = 200 })
            .SelectAsync(1, committable => HandleAsync(system.Name, committable))
            .Via(PgPubSubFlow.Commit<Committable>(system, new() { MaxBatch = 50 }))
            .ToMaterialized(Sink.Seq<CommitBatch>(), Keep.Both).Run(system.Materializer());

    // The one to be killed is in the middle of an event then; until it is, the other leaves it something to do.
    private async Task<Committable> HandleAsync(string node, Committable committable)
    {
        _handled.GetOrAdd(committable.Event.EventId, _ => []).Enqueue((node, committable.Attempt, committable.Event.Json.GetRawText()));
        if (_handled.Count == _events)
            _all.TrySetResult();
        if (node != Doomed && _handled.Count > _events * 2 / 3)
            await _half.Task;
        if (node != Doomed || _handled.Count < _events / 3)
            return committable;
        _half.TrySetResult();
        return await new TaskCompletionSource<Committable>().Task;
    }
}
