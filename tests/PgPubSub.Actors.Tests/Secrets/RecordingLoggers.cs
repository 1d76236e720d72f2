using Microsoft.Extensions.Logging;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>Gives a recorder what is logged through Microsoft.Extensions.Logging: texts, their values, and exceptions.</summary>
internal sealed class RecordingLoggers(Recorder recorder, string kind) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        recorder.Write(kind, $"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => recorder.Write(
        kind, $"{formatter(state, exception)} {(state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values) : state)} {exception}");

    public void Dispose()
    {
    }
}
