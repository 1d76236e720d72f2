using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Event;

namespace PgPubSub.Shared.Secrets;

/// <summary>
/// Hears everything that this process writes: the logs of actor systems at their most talkative, spans and measurements of every source, Npgsql's events, and
/// the console. It keeps how much it heard, and what bears a mark. Specs that run beside it are heard too, and bear none.
/// </summary>
internal sealed class Recorder : EventListener
{
    /// <summary>For an actor system that says all it can.</summary>
    public const string Talkative = """
        akka { loglevel = DEBUG, log-dead-letters = on, log-dead-letters-during-shutdown = on
          actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on, router-misconfiguration = on } }
        """;

    private readonly ConcurrentDictionary<string, int> _heard = new();
    private readonly ConcurrentQueue<string> _found = new();
    private readonly ActivityListener _spans;
    private readonly MeterListener _measurements = new();
    private readonly TextWriter _output = Console.Out, _error = Console.Error;

    public Recorder()
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Hear,
        };
        ActivitySource.AddActivityListener(_spans);
        _measurements.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _measurements.SetMeasurementEventCallback<double>(Hear);
        _measurements.SetMeasurementEventCallback<float>(Hear);
        _measurements.SetMeasurementEventCallback<long>(Hear);
        _measurements.SetMeasurementEventCallback<int>(Hear);
        _measurements.Start();
        Console.SetOut(new Ear(this, _output));
        Console.SetError(new Ear(this, _error));
    }

    /// <summary>What bears a mark.</summary>
    public IReadOnlyCollection<string> Found
    {
        get
        {
            _measurements.RecordObservableInstruments();
            return _found;
        }
    }

    /// <summary>Fails with what bears a mark.</summary>
    public void AssertSilent() => Assert.True(Found.Count == 0, string.Join('\n', Found.Select(text => text.Length > 500 ? text[..500] : text).Take(20)));

    /// <summary>How often something was heard of a kind.</summary>
    public int Heard(string kind) => _heard.GetValueOrDefault(kind);

    /// <summary>Starts an actor system whose log is heard from its beginning.</summary>
    public ActorSystem Start(string name)
    {
        var system = ActorSystem.Create(name, Talkative);
        Hear(system);
        return system;
    }

    public void Hear(ActorSystem system)
    {
        var ear = new LogEar(this, ((ExtendedActorSystem)system).Provider);
        foreach (var level in new[] { typeof(Akka.Event.Debug), typeof(Info), typeof(Warning), typeof(Error) })
            system.EventStream.Subscribe(ear, level);
    }

    /// <summary>Takes what a caller was told; of an exception, all that it brings along.</summary>
    public T Told<T>(T answer)
    {
        Write("answer", answer switch
        {
            Exception e => e.ToString(),
            IEnumerable many and not string => string.Join('\n', many.Cast<object>()),
            _ => $"{answer}",
        });
        for (var cause = answer as Exception; cause is not null; cause = cause.InnerException)
            Write("answer", $"{cause.Message} {cause.Source} {string.Join(' ', cause.Data.Cast<DictionaryEntry>().Select(x => $"{x.Key} {x.Value}"))}");
        return answer;
    }

    public void Write(string kind, string text)
    {
        _heard.AddOrUpdate(kind, 1, (_, n) => n + 1);
        if (Marks.AreIn(text))
            _found.Enqueue($"{kind}: {text}");
    }

    public override void Dispose()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
        _measurements.Dispose();
        _spans.Dispose();
        base.Dispose();
    }

    // Called while the base class is being made. The runtime's own events quote every exception that anybody throws, and are nobody's log.
    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name is "Npgsql")
            EnableEvents(source, EventLevel.Verbose, EventKeywords.All, new Dictionary<string, string?> { ["EventCounterIntervalSec"] = "1" });
    }

    protected override void OnEventWritten(EventWrittenEventArgs written) =>
        Write("event", $"{written.EventName} {written.Message} {string.Join(' ', written.Payload?.Select(Text) ?? [])}");

    private static string Text(object? value) => value is IEnumerable many and not string ? string.Join(' ', many.Cast<object>().Select(Text)) : $"{value}";

    private void Hear(Activity span) => Write(
        $"span of {span.Source.Name} {span.GetTagItem("db.npgsql.data_source")}",
        $"{span.DisplayName} {span.OperationName} {span.StatusDescription} {Tags(span.TagObjects)} {Tags(span.Baggage)} {string.Join(' ', span.Events.Select(e => $"{e.Name} {Tags(e.Tags)}"))}");

    private void Hear<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        Write("measurement", $"{instrument.Name} {value} {Tags(tags.ToArray())}");

    private static string Tags<T>(IEnumerable<KeyValuePair<string, T>> tags) => string.Join(' ', tags.Select(tag => $"{tag.Key}={Text(tag.Value)}"));

    // Not an actor: what is logged while the system stops is heard too.
    private sealed class LogEar(Recorder recorder, IActorRefProvider provider) : MinimalActorRef
    {
        public override ActorPath Path { get; } = provider.TempPath();

        public override IActorRefProvider Provider => provider;

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is LogEvent logged)
                recorder.Write("log " + logged.LogLevel(), $"{logged} {logged.Message} {logged.Cause}");
        }
    }

    private sealed class Ear(Recorder recorder, TextWriter behind) : TextWriter(CultureInfo.InvariantCulture)
    {
        private readonly StringBuilder _line = new();

        public override Encoding Encoding => behind.Encoding;

        public override void Write(char value)
        {
            string? line = null;
            lock (_line)
            {
                if (value is '\n')
                    (line, _) = (_line.ToString(), _line.Clear());
                else
                    _line.Append(value);
            }

            behind.Write(value);
            if (line is not null)
                recorder.Write("console", line);
        }
    }
}
