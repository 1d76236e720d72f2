using Akka.Event;
using Akka.Streams;
using Akka.Streams.Stage;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Stages;

/// <summary>Commits what it gets in batches, one at a time, and emits them. Whatever has arrived was handled, so it is committed however the stream ends.</summary>
internal sealed class CommitStage<T>(CommitSettings settings, Func<T, Committable> handleOf) : GraphStage<FlowShape<T, CommitBatch>>
{
    public Inlet<T> In { get; } = new("PgPubSub.Commit.in");

    public Outlet<CommitBatch> Out { get; } = new("PgPubSub.Commit.out");

    public override FlowShape<T, CommitBatch> Shape => field ??= new FlowShape<T, CommitBatch>(In, Out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, settings);

    private Committable HandleOf(T element) => handleOf(element);

    private sealed class Logic : TimerGraphStageLogic, IInHandler, IOutHandler
    {
        private const string IntervalKey = "interval";

        private readonly CommitStage<T> _stage;
        private readonly CommitSettings _settings;
        private readonly Queue<Sent> _sent = new(); // until it is emitted
        private readonly Action<(Sent, CommitBatch)> _settled;
        private readonly Action<Exception> _failed;
        private List<(Committable Handle, Ack Ack)> _gathered = [];
        private Exception? _failure;
        private bool _asked, _due;
        private int _committing;

        public Logic(CommitStage<T> stage, CommitSettings settings) : base(stage.Shape)
        {
            (_stage, _settings) = (stage, settings);
            _settled = GetAsyncCallback<(Sent Sent, CommitBatch Batch)>(done => Take(done.Sent, done.Batch));
            _failed = GetAsyncCallback<Exception>(FailStage);
            SetHandler(stage.In, this);
            SetHandler(stage.Out, this);
        }

        private bool IsThrough => IsClosed(_stage.In) && _committing == 0 && _gathered.Count == 0;

        // One at a time; but where a failure runs through the stream, the source gives back what is not told at once.
        private bool MayCommit => _committing == 0 || _failure is not null;

        public void OnPush()
        {
            var handle = _stage.HandleOf(Grab(_stage.In));
            if (handle.System != _settings.System)
            {
                FailStage(new ArgumentException(
                    $"The event of {handle.Topic} at {handle.Offset} was handed out in the actor system {handle.System.Name}, and the committer is of {_settings.System.Name}."));
                return;
            }

            if (handle.Take() is { } ack)
                Gather(handle, ack);
            Advance();
        }

        public void OnPull()
        {
            _asked = true;
            Advance();
        }

        public void OnUpstreamFinish() => Advance();

        public void OnUpstreamFailure(Exception e)
        {
            _failure = e;
            Advance();
        }

        public void OnDownstreamFinish(Exception cause) => CompleteStage();

        // Nobody is left to hear what becomes of it.
        public override void PostStop()
        {
            if (_gathered.Count > 0)
                _ = SettleAsync(_gathered);
        }

        protected override void OnTimer(object timerKey)
        {
            _due = true;
            Advance();
        }

        private void Gather(Committable handle, Ack ack)
        {
            _gathered.Add((handle, ack));
            if (_gathered.Count == _settings.MaxBatch || _settings.MaxInterval == TimeSpan.Zero)
                _due = true;
            else if (_gathered.Count == 1)
                ScheduleOnce(IntervalKey, _settings.MaxInterval);
        }

        private void Advance()
        {
            if (MayCommit && _gathered.Count > 0 && (_due || IsClosed(_stage.In)))
                Commit();
            if (IsAvailable(_stage.Out) && _sent.TryPeek(out var first) && first.Batch is { } batch)
            {
                _sent.Dequeue();
                Push(_stage.Out, batch);
            }

            if (IsThrough && _failure is not null)
                FailStage(_failure);
            else if (IsThrough && _sent.Count == 0)
                CompleteStage();
            else if (_asked && _sent.Count == _committing && _gathered.Count < _settings.MaxBatch && !IsClosed(_stage.In) && !HasBeenPulled(_stage.In))
                Pull(_stage.In);
        }

        private void Commit()
        {
            var (batch, sent) = (_gathered, new Sent());
            (_gathered, _due) = ([], false);
            _committing++;
            _sent.Enqueue(sent);
            CancelTimer(IntervalKey);
            _ = CommitAsync(sent, batch);
        }

        private async Task CommitAsync(Sent sent, List<(Committable Handle, Ack Ack)> batch)
        {
            try
            {
                var replies = await SettleAsync(batch);
                var refused = batch.Zip(replies).Where(one => one.Second is AnswerRefused).Select(one => FailureOf(one.First.Handle, (AnswerRefused)one.Second));
                _settled((sent, new CommitBatch(batch.Count, [.. refused])));
            }
            catch (Exception failure)
            {
                _failed(failure);
            }
        }

        private void Take(Sent sent, CommitBatch batch)
        {
            var failures = batch.Failures;
            (_committing, sent.Batch) = (_committing - 1, batch);
            if (failures.Count > 0 && _settings.OnFailure is CommitFailureMode.Fail)
            {
                FailStage(_failure ?? new CommitException(failures));
                return;
            }

            if (failures.Count > 0)
                Log.Warning("{0} of {1} events were not committed and come again: {2}", failures.Count, batch.Count, CommitFailure.Name(failures));
            Advance();
        }

        private static Task<IReadOnlyList<IAnswerReply>> SettleAsync(List<(Committable Handle, Ack Ack)> batch) =>
            Delivery.SettleAllAsync(batch.Select(one => one.Ack), Timeout.InfiniteTimeSpan); // while the store is away the answers wait too

        private static CommitFailure FailureOf(Committable handle, AnswerRefused refused) =>
            new(handle.Topic, handle.Group, handle.Offset, handle.Attempt, refused.Reason, refused.OutcomeUnknown);

        private sealed class Sent
        {
            /// <summary>Null until it is committed.</summary>
            public CommitBatch? Batch { get; set; }
        }
    }
}
