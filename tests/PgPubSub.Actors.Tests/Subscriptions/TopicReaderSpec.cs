using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Readers;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class TopicReaderSpec : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly OneEvent _log = new();
    private readonly RecentPages _recent = new();
    private readonly TestProbe _subscriber;
    private readonly IActorRef _subject;

    public TopicReaderSpec()
        : base("akka.loglevel = WARNING")
    {
        _subscriber = CreateTestProbe();
        _subject = Sys.ActorOf(TopicReaderActor.Props(new TopicId(1), _log, _recent, TimeProvider.System));
        _subject.Tell(new Readers([_subscriber]));
        _subject.Tell(new Wakeup(10));
    }

    [Fact]
    public async Task A_poll_that_was_asked_before_the_last_read_is_no_reason_to_doubt_the_log()
    {
        await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience);

        _subject.Tell(new PolledTail(9));
        _subject.Tell(new PolledTail(10));

        Assert.Empty(await ToldAsync());
    }

    [Fact]
    public async Task A_poll_that_is_asked_later_and_finds_less_is_one()
    {
        await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience);

        _subject.Tell(new PolledTail(9));
        _subject.Tell(new PolledTail(9));

        Assert.Equal([LookAgain.Instance], await ToldAsync());
    }

    [Fact]
    public async Task What_it_read_can_be_read_again_until_the_log_is_doubted()
    {
        await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience);
        Assert.NotNull(_recent.Find(new TopicId(1), 9));

        _subject.Tell(new PolledTail(9));
        _subject.Tell(new PolledTail(9));
        await _subscriber.FishForMessageAsync<LookAgain>(_ => true, Patience);

        Assert.Null(_recent.Find(new TopicId(1), 9));
    }

    [Fact]
    public async Task What_comes_in_place_of_events_that_a_failover_lost_is_read_after_the_next_polls()
    {
        await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience); // the other reader has read what it will
        (_log.Id, _log.Left) = (Guid.NewGuid(), 1);
        var reader = Sys.ActorOf(TopicReaderActor.Props(new TopicId(2), _log, _recent, TimeProvider.System));
        reader.Tell(new Readers([_subscriber]));
        reader.Tell(new Wakeup(90));
        await _subscriber.FishForMessageAsync<LivePage>(page => page.Events[0].Offset == 89, Patience);
        reader.Tell(new Wakeup(100)); // of events that are not there any more
        await HeardAsync(reader);

        _log.Left = int.MaxValue;
        for (var polls = 0; polls < 10; polls++)
        {
            reader.Tell(new PolledTail(91));
            reader.Tell(new Wakeup(91));
            await HeardAsync(reader);
        }

        await _subscriber.FishForMessageAsync<LivePage>(page => page.Events[0].Offset == 90, Patience);
    }

    [Fact]
    public async Task A_look_at_the_log_speaks_for_what_is_read_while_it_is_under_way()
    {
        var (reader, log) = await BegunAsync();
        var look = log.HoldNext();
        reader.Tell(LookAgain.Instance);
        await look.Asked;

        reader.Tell(new Wakeup(11));
        await _subscriber.FishForMessageAsync<LivePage>(page => page.Events[0].Offset == 10, Patience);
        look.Release();

        Assert.Equal(new LookAgain(10), await _subscriber.ExpectMsgAsync<LookAgain>(Patience));
    }

    [Fact]
    public async Task A_page_that_was_asked_for_before_the_doubt_comes_before_the_look()
    {
        var (reader, log) = await BegunAsync();
        var page = log.HoldNext();
        reader.Tell(new Wakeup(11));
        await page.Asked;

        reader.Tell(LookAgain.Instance);
        await HeardAsync(reader);
        Assert.Equal(0, log.Looks);
        page.Release();

        Assert.Equal(new LookAgain(10), await _subscriber.FishForMessageAsync<LookAgain>(_ => true, Patience));
    }

    [Fact]
    public async Task A_doubt_in_the_middle_of_a_look_is_looked_after_as_well()
    {
        var (reader, log) = await BegunAsync();
        var look = log.HoldNext();
        reader.Tell(LookAgain.Instance);
        await look.Asked;

        reader.Tell(LookAgain.Instance);
        await HeardAsync(reader);
        log.Id = Guid.NewGuid(); // the log forked behind the first look
        look.Release();

        Assert.Equal(new LookAgain(9), await _subscriber.ExpectMsgAsync<LookAgain>(Patience));
        Assert.Equal(LookAgain.Instance, await _subscriber.ExpectMsgAsync<LookAgain>(Patience));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task A_topic_in_which_nothing_is_left_is_not_read_again_at_each_poll(long tail)
    {
        await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience);
        _log.Left = 0;
        var reader = Sys.ActorOf(TopicReaderActor.Props(new TopicId(2), _log, _recent, TimeProvider.System));
        reader.Tell(new Readers([_subscriber]));
        _log.Reads = 0;
        for (var polls = 0; polls < 5; polls++)
        {
            reader.Tell(new PolledTail(tail));
            reader.Tell(new Wakeup(tail));
            await HeardAsync(reader);
        }

        Assert.InRange(_log.Reads, 0, 1);

        _log.Left = int.MaxValue;
        reader.Tell(new Wakeup(tail + 1));
        Assert.Equal(tail, (await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience)).Events[0].Offset);
    }

    // A reader of a log whose events keep their ids has read the one at 9, and nothing waits.
    private async Task<(IActorRef Reader, OneEvent Log)> BegunAsync()
    {
        await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience);
        var log = new OneEvent { Id = Guid.NewGuid() };
        var reader = Sys.ActorOf(TopicReaderActor.Props(new TopicId(2), log, _recent, TimeProvider.System));
        reader.Tell(new Readers([_subscriber]));
        reader.Tell(new Wakeup(10));
        await _subscriber.FishForMessageAsync<LivePage>(_ => true, Patience);
        return (reader, log);
    }

    private async Task<IReadOnlyList<object>> ToldAsync()
    {
        await HeardAsync(_subject);
        return _subscriber.TakeAll();
    }

    // A newcomer is greeted once everything before is done; what was read meanwhile has come by the second greeting.
    private async Task HeardAsync(IActorRef reader)
    {
        for (var greetings = 0; greetings < 2; greetings++)
        {
            var newcomer = CreateTestProbe();
            reader.Tell(new Readers([_subscriber, newcomer]));
            await newcomer.ExpectMsgAsync<Wakeup>(Patience);
        }
    }

    private sealed class OneEvent : ILogStore
    {
        public int Reads { get; set; }

        public int Left { get; set; } = int.MaxValue;

        /// <summary>The id of every event; a new one at each read unless set.</summary>
        public Guid? Id { get; set; }

        /// <summary>Reads of one event, as a look at the log is.</summary>
        public int Looks { get; private set; }

        private HeldRead? Held { get; set; }

        /// <summary>The next read says that it was asked, and is answered when it is released; with what was there when it was asked.</summary>
        public HeldRead HoldNext() => Held = new HeldRead();

        public async Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop)
        {
            Reads++;
            Looks += most == 1 ? 1 : 0;
            IReadOnlyList<StoredEvent> there = Left-- <= 0 ? []
                : [new StoredEvent(from, Id ?? Guid.CreateVersion7(), "x", null, "1"u8.ToArray(), null, null, DateTimeOffset.UnixEpoch)];
            var held = Held;
            Held = null;
            if (held is not null)
                await held.WaitAsync();
            return there;
        }

        public Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) => throw new NotSupportedException();

        public Task<TopicState?> FindTopicAsync(string name, CancellationToken stop) => throw new NotSupportedException();

        public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) => throw new NotSupportedException();

        public Task<long> LocateAsync(TopicId topic, Core.Subscriptions.StartFrom from, CancellationToken stop) => throw new NotSupportedException();
    }

    private sealed class HeldRead
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously), _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task.WaitAsync(Patience);

        public void Release() => _released.SetResult();

        public Task WaitAsync()
        {
            _asked.SetResult();
            return _released.Task;
        }
    }
}
