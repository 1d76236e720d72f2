using System.Diagnostics;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>Specs that must not hear listeners of others: they run when no other spec does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>What travels with an event while nobody listens to PgPubSub.</summary>
[Collection(Alone.Name)]
public sealed class UnheardSpec : HubSpec
{
    private const string Name = "the application of unheard spans";

    private static readonly ActivitySource Application = new(Name);

    private readonly ActivityListener _application = new()
    {
        ShouldListenTo = source => source.Name == Name,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly string _topic = $"unheard-{Guid.NewGuid():N}";

    public UnheardSpec() => ActivitySource.AddActivityListener(_application);

    protected override bool InMemory => true;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _application.Dispose();
    }

    [Fact]
    public async Task Each_event_that_is_published_for_itself_keeps_the_trace_that_it_was_made_in()
    {
        var (made, events) = (new List<ActivityContext>(), new List<Publish>());
        for (var i = 0; i < 3; i++)
        {
            using var one = Application.StartActivity("one")!;
            made.Add(one.Context);
            events.Add(new Publish(_topic, new Number(i)));
        }

        Assert.Equal(events[0] with { Event = events[1].Event }, events[1]); // a request is not another by where it was made
        Hub.Tell(new PublishEach(_topic, events), TestActor);
        await ExpectMsgAsync<PublishedEach>(Patience);

        var page = await AskHubAsync<HistoryPage>(new ReadHistory(_topic));
        Assert.Equal(made.Select(one => (one.TraceId, one.SpanId)), page.Events.Select(e => (e.TraceContext.TraceId, e.TraceContext.SpanId)));
    }

    [Fact]
    public async Task Without_a_trace_nothing_is_added_to_an_event()
    {
        await PublishAsync(_topic, 1);

        var page = await AskHubAsync<HistoryPage>(new ReadHistory(_topic));
        Assert.Empty(Assert.Single(page.Events).Headers);
    }
}
