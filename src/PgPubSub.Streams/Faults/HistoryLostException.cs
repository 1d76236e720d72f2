namespace PgPubSub.Streams;

/// <summary>History is lost, and the source was told to fail then.</summary>
public sealed class HistoryLostException : Exception
{
    internal HistoryLostException(string topic, long from, long to, bool rewound)
        : base(rewound ? $"The log of {topic} was rewound from {from} to {to} by a failover." : $"History of {topic} from {from} to {to} was taken before it was read.") =>
        (Topic, From, To) = (topic, from, to);

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The first offset that is missing, or the offset that the source had come to.</summary>
    public long From { get; }

    /// <summary>The offset that the log goes on with.</summary>
    public long To { get; }
}
