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
        private readonly Queue<CommitBatch> _committed = new();
        private readonly Action<CommitBatch> _settled;
        private readonly Action<Exception> _failed;
        private List<(Committable Handle, Ack Ack)> _gathered = [];
        private Exception? _failure;
        private bool _asked, _due, _committing;

        public Logic(CommitStage<T> stage, CommitSettings settings) : base(stage.Shape)
        {
            (_stage, _settings) = (stage, settings);
            _settled = GetAsyncCallback<CommitBatch>(Take);
            _failed = GetAsyncCallback<Exception>(FailStage);
            SetHandler(stage.In, this);
            SetHandler(stage.Out, this);
        }

        private bool IsThrough => IsClosed(_stage.In) && !_committing && _gathered.Count == 0;

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
            if (!_committing && _gathered.Count > 0 && (_due || IsClosed(_stage.In)))
                Commit();
            if (IsAvailable(_stage.Out) && _committed.TryDequeue(out var batch))
                Push(_stage.Out, batch);
            if (IsThrough && _failure is not null)
                FailStage(_failure);
            else if (IsThrough && _committed.Count == 0)
                CompleteStage();
            else if (_asked && _committed.Count == 0 && _gathered.Count < _settings.MaxBatch && !IsClosed(_stage.In) && !HasBeenPulled(_stage.In))
                Pull(_stage.In);
        }

        private void Commit()
        {
            var batch = _gathered;
            (_gathered, _committing, _due) = ([], true, false);
            CancelTimer(IntervalKey);
            _ = CommitAsync(batch);
        }

        private async Task CommitAsync(List<(Committable Handle, Ack Ack)> batch)
        {
            try
            {
                var replies = await SettleAsync(batch);
                _settled(new CommitBatch(batch.Count, [.. batch.Zip(replies).Where(one => one.Second is AnswerRefused).Select(one => FailureOf(one.First.Handle, (AnswerRefused)one.Second))]));
            }
            catch (Exception failure)
            {
                _failed(failure);
            }
        }

        private void Take(CommitBatch batch)
        {
            var failures = batch.Failures;
            _committing = false;
            if (failures.Count > 0 && _settings.OnFailure is CommitFailureMode.Fail)
            {
                FailStage(_failure ?? new CommitException(failures));
                return;
            }

            if (failures.Count > 0)
                Log.Warning("{0} of {1} events were not committed and come again: {2}", failures.Count, batch.Count, CommitFailure.Name(failures));
            _committed.Enqueue(batch);
            Advance();
        }

        private static Task<IReadOnlyList<IAnswerReply>> SettleAsync(List<(Committable Handle, Ack Ack)> batch) =>
            Delivery.SettleAllAsync(batch.Select(one => one.Ack), Timeout.InfiniteTimeSpan); // while the store is away the answers wait too

        private static CommitFailure FailureOf(Committable handle, AnswerRefused refused) =>
            new(handle.Topic, handle.Group, handle.Offset, handle.Attempt, refused.Reason, refused.OutcomeUnknown);
    }
}
