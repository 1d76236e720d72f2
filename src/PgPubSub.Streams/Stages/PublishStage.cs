using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Stage;
using PgPubSub.Actors;
using Directive = Akka.Streams.Supervision.Directive;

namespace PgPubSub.Streams.Stages;

/// <summary>Publishes what it gets and emits what came of it, in order. What arrives while two messages are under way goes out in the next.</summary>
internal sealed class PublishStage<TIn, TOut>(PublishSettings settings, Func<TIn, object?> eventOf, Func<TIn, Published, TOut> outOf, Action<TIn, PublishRejected> drop)
    : GraphStage<FlowShape<TIn, TOut>>
{
    private const int MostBatches = 2;

    public Inlet<TIn> In { get; } = new("PgPubSub.Publish.in");

    public Outlet<TOut> Out { get; } = new("PgPubSub.Publish.out");

    public override FlowShape<TIn, TOut> Shape => field ??= new FlowShape<TIn, TOut>(In, Out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, settings);

    private void Drop(TIn element, PublishRejected rejected) => drop(element, rejected);

    private TOut OutOf(TIn element, Published published) => outOf(element, published);

    private PublishBatch<TIn> BatchOf(List<TIn> elements) => new(settings.Topic, elements, eventOf);

    private sealed class Logic : InAndOutGraphStageLogic
    {
        private readonly PublishStage<TIn, TOut> _stage;
        private readonly PublishSettings _settings;
        private readonly CancellationTokenSource _cancel = new();
        private readonly List<TIn> _gathered = [];
        private readonly Queue<Sent> _sent = new(); // until the last of it is emitted
        private readonly Action<(Sent, IPublishReply)> _replied;
        private readonly Action<Exception> _failed;
        private IActorRef _hub = ActorRefs.Nobody;
        private bool _asked, _failing;

        public Logic(PublishStage<TIn, TOut> stage, PublishSettings settings) : base(stage.Shape)
        {
            (_stage, _settings) = (stage, settings);
            _replied = GetAsyncCallback<(Sent Sent, IPublishReply Reply)>(answer => Take(answer.Sent, answer.Reply));
            _failed = GetAsyncCallback<Exception>(FailStage);
            SetHandlers(stage.In, stage.Out, this);
        }

        public override void PreStart()
        {
            _hub = PgPubSubHub.For(_settings.System, _settings.Instance);
            GetStageActor(Hear).Watch(_hub);
        }

        public override void OnPush()
        {
            _gathered.Add(Grab(_stage.In));
            Advance();
        }

        public override void OnPull()
        {
            _asked = true;
            Advance();
        }

        public override void OnUpstreamFinish() => Advance();

        public override void PostStop()
        {
            _cancel.Cancel();
            _cancel.Dispose();
        }

        private void Advance()
        {
            Emit();
            Send();
            if (IsClosed(_stage.In) && _gathered.Count == 0 && _sent.Count == 0)
                CompleteStage();
            else if (_asked && !_failing && _gathered.Count < _settings.MaxBatch && !IsClosed(_stage.In) && !HasBeenPulled(_stage.In))
                Pull(_stage.In);
        }

        private void Emit()
        {
            while (_sent.TryPeek(out var first) && first.Outcomes is { } outcomes)
            {
                if (!outcomes.TryPeek(out var outcome))
                {
                    _sent.Dequeue();
                }
                else if (outcome.Failure is { } failure)
                {
                    FailStage(failure);
                    return;
                }
                else if (IsAvailable(_stage.Out))
                {
                    Push(_stage.Out, outcomes.Dequeue().Value);
                }
                else
                {
                    return;
                }
            }
        }

        private void Send()
        {
            if (_gathered.Count == 0 || _failing || _sent.Count >= MostBatches)
                return;
            var sent = new Sent(_stage.BatchOf(_gathered));
            _gathered.Clear();
            _sent.Enqueue(sent);
            _ = AskAsync(sent);
        }

        // A publish waits as long as the hub does: for a database that is away, say.
        private async Task AskAsync(Sent sent)
        {
            var request = sent.Batch.Request;
            try
            {
                _replied((sent, request.Events.Count == 0 ? new PublishedEach(request.Topic, []) : await _hub.Ask<IPublishReply>(request, Timeout.InfiniteTimeSpan, _cancel.Token)));
            }
            catch (Exception failure)
            {
                _failed(failure);
            }
        }

        private void Hear((IActorRef Sender, object Message) heard)
        {
            if (heard.Message is Terminated)
                FailStage(new PublishRejectedException(new PublishRejected(_settings.Topic, "The outcome is unknown: the hub stopped.", CanRetry: false)));
        }

        // After one that stops the stream nothing more is sent; what was published before it is emitted.
        private void Take(Sent sent, IPublishReply reply)
        {
            sent.Outcomes = new Queue<Outcome>();
            foreach (var (element, one) in sent.Batch.Read(reply))
            {
                if (one is Published published)
                {
                    sent.Outcomes.Enqueue(new Outcome(_stage.OutOf(element, published), null));
                    continue;
                }

                var rejected = (PublishRejected)one;
                if (_settings.Decider(rejected) is Directive.Stop)
                {
                    sent.Outcomes.Enqueue(new Outcome(default!, new PublishRejectedException(rejected)));
                    _failing = true;
                    break;
                }

                _stage.Drop(element, rejected);
            }

            Advance();
        }

        private sealed class Sent(PublishBatch<TIn> batch)
        {
            public PublishBatch<TIn> Batch => batch;

            /// <summary>Null until the hub has answered.</summary>
            public Queue<Outcome>? Outcomes { get; set; }
        }

        private readonly record struct Outcome(TOut Value, Exception? Failure);
    }
}
