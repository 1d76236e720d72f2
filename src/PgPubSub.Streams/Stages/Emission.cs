namespace PgPubSub.Streams.Stages;

/// <summary>When a group's event is settled.</summary>
internal enum Emission
{
    /// <summary>By whoever gets its handle.</summary>
    Committable,

    /// <summary>When the next one is asked for.</summary>
    Auto,

    /// <summary>Before it is emitted.</summary>
    AtMostOnce,
}
