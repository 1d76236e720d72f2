using Akka.Streams;

namespace PgPubSub.Streams;

/// <summary>What a source that reads the log may be told.</summary>
public sealed record LogSourceOptions
{
    /// <summary>The most events of each topic that wait in the source for demand; a page of 500 may be read ahead besides.</summary>
    /// <value>The default is 500; from 1 to 10,000.</value>
    public int Window { get; init; } = 500;

    /// <summary>What it does while the store can't be reached.</summary>
    /// <value>The default is <see cref="OutageMode.Wait"/>.</value>
    public OutageMode OnOutage { get; init; } = OutageMode.Wait;

    /// <summary>What it does when history is lost.</summary>
    /// <value>The default is <see cref="LostHistoryMode.Continue"/>.</value>
    public LostHistoryMode OnLostHistory { get; init; } = LostHistoryMode.Continue;

    /// <summary>
    /// With what back-off the source is started again when it fails; it goes on after the last event that it emitted of each topic. What is wrong with the request itself
    /// is not tried again.
    /// </summary>
    /// <value>The default is null: a failure ends the stream.</value>
    public RestartSettings? Restart { get; init; }

    /// <summary>The hub's name.</summary>
    /// <value>The default is null: the default instance.</value>
    public string? Instance { get; init; }

    internal static LogSourceOptions Checked(LogSourceOptions? options)
    {
        options ??= new LogSourceOptions();
        OptionProblems.RequireWindow(options.Window);
        return options;
    }
}
