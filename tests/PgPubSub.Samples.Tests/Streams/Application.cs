using PgPubSub.Streams;

namespace PgPubSub.Samples.Tests.Streams;

/// <summary>The application's own part in the page's examples, which are compiled and not run.</summary>
public abstract class Application
{
    public abstract Task WriteAsync(OrderPlaced order);

    public abstract Task WriteAsync(IEnumerable<OrderPlaced> orders);

    /// <summary>Writes rows, and with them in one transaction the offset after the last of each topic.</summary>
    public abstract Task WriteWithOffsetsAsync(IEnumerable<TopicEvent<OrderPlaced>> orders);

    public abstract Task<IReadOnlyDictionary<string, long>> ReadOffsetsAsync();

    public abstract IEnumerable<Parcel> ParcelsOf(OrderPlaced order);

    public abstract Task<Parcel> PackAsync(Parcel parcel);

    public abstract void Send(OrderPlaced order);
}

public sealed record OrderPlaced(string Order, decimal Total);

public sealed record Parcel(string Order);
