using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>What looks for secrets finds them, wherever they are written.</summary>
[Collection(nameof(Recorder))]
public sealed class RecorderSpec : TestKit
{
    [Fact]
    public async Task A_mark_is_found_in_a_log_a_span_a_measurement_an_answer_and_on_the_console()
    {
        using var spans = new ActivitySource("PgPubSub.Recorded");
        using var measurements = new Meter("PgPubSub.Recorded");
        using var recorder = new Recorder();
        var system = recorder.Start("recorded");
        var deaf = system.ActorOf(Props.Create(() => new Deaf()));
        system.Log.Debug("{0}", Marks.Payload);
        deaf.Tell(Marks.Payload); // unhandled
        using (var span = spans.StartActivity("x"))
            span!.AddEvent(new ActivityEvent("exception", tags: new() { ["exception.message"] = Marks.Payload }));
        measurements.CreateCounter<long>("x").Add(1, new KeyValuePair<string, object?>("pool", Marks.User));
        recorder.Told(new InvalidOperationException("outside", new InvalidOperationException("inside") { Data = { ["row"] = Marks.Payload } }));
        Console.WriteLine(Convert.ToHexString(Encoding.UTF8.GetBytes(Marks.Payload)));
        Console.WriteLine(Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"value\":\"" + Marks.Payload)));
        await AwaitConditionAsync(
            () => Task.FromResult(recorder.Found.Count(text => text.StartsWith("log Debug", StringComparison.Ordinal)) >= 2), TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(50));
        await system.Terminate();

        Assert.True(recorder.Found.Count(text => text.StartsWith("console", StringComparison.Ordinal)) >= 2);
        foreach (var kind in new[] { "span", "measurement", "answer" })
            Assert.Single(recorder.Found, text => text.StartsWith(kind, StringComparison.Ordinal));
    }
}
