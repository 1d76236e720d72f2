using Akka.Actor;

namespace PgPubSub.Streams;

/// <summary>How a stream commits.</summary>
public sealed record CommitOptions
{
    private static readonly TimeSpan MostInterval = TimeSpan.FromMinutes(1);

    /// <summary>How many events are committed together at most, from 1 to 10,000. While they are, as many gather for the next batch.</summary>
    /// <value>500.</value>
    public int MaxBatch { get; init; } = 500;

    /// <summary>How long a batch gathers from its first event on, from 0 (what is there goes at once) to 1 minute.</summary>
    /// <value>20 ms.</value>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What happens when an event is not committed.</summary>
    /// <value><see cref="CommitFailureMode.Continue"/>.</value>
    public CommitFailureMode OnFailure { get; init; } = CommitFailureMode.Continue;

    internal CommitSettings Freeze(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        string?[] problems =
        [
            OptionProblems.Within(nameof(MaxBatch), MaxBatch, 1, 10_000),
            MaxInterval < TimeSpan.Zero || MaxInterval > MostInterval ? $"MaxInterval is {MaxInterval}; it must be between 0 and 1 minute." : null,
            OnFailure is CommitFailureMode.Continue or CommitFailureMode.Fail ? null : $"OnFailure is {OnFailure}; it must be Continue or Fail.",
        ];
        OptionProblems.Throw(problems);
        return new CommitSettings(system, MaxBatch, MaxInterval, OnFailure);
    }
}

/// <summary>What a committing stream does when an event is not committed.</summary>
public enum CommitFailureMode
{
    /// <summary>The stream goes on. The failures are logged as a warning, one a batch, and stand in the batch: those events come again.</summary>
    Continue,

    /// <summary>The stream fails with a <see cref="CommitException"/>.</summary>
    Fail,
}

internal sealed record CommitSettings(ActorSystem System, int MaxBatch, TimeSpan MaxInterval, CommitFailureMode OnFailure);
