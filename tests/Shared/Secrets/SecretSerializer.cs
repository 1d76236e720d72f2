using PgPubSub.Actors;

namespace PgPubSub.Shared.Secrets;

/// <summary>A serializer that fails when it is told to, and then quotes what it read or was to write.</summary>
internal sealed class SecretSerializer : IPayloadSerializer
{
    private volatile bool _fails;

    public string ContentType => "application/json";

    public ReadOnlyMemory<byte> Write(object value) => _fails ? throw Failure() : JsonPayloadSerializer.Default.Write(value);

    public object? Read(ReadOnlyMemory<byte> bytes, string contentType, Type type) => _fails ? throw Failure() : JsonPayloadSerializer.Default.Read(bytes, contentType, type);

    public async Task<T> FailAsync<T>(Func<Task<T>> meanwhile)
    {
        _fails = true;
        try
        {
            return await meanwhile();
        }
        finally
        {
            _fails = false;
        }
    }

    private static InvalidOperationException Failure() => new(Marks.Payload, new FormatException(Marks.Value)) { Data = { [Marks.Key] = Marks.Payload } };
}

/// <summary>What specs of secrets publish.</summary>
internal sealed record Secret(string Value);
