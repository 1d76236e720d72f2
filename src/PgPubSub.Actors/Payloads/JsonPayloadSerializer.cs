using System.Text.Json;

namespace PgPubSub.Actors;

/// <summary>System.Text.Json. Text with a lone surrogate is refused instead of silently changed, and nesting beyond 1,000 levels.</summary>
public sealed class JsonPayloadSerializer : IPayloadSerializer
{
    // PostgreSQL parses JSON recursively; this depth is far inside its default stack and beyond what people write.
    internal const int MostDepth = 1_000;

    private readonly JsonSerializerOptions _options;

    /// <summary>Makes a serializer.</summary>
    /// <param name="options">What is copied; its depth counts where it is set, up to 1,000. By default the web defaults.</param>
    public JsonPayloadSerializer(JsonSerializerOptions? options = null)
    {
        _options = options is null ? new JsonSerializerOptions(JsonSerializerDefaults.Web) : new JsonSerializerOptions(options);
        _options.MaxDepth = _options.MaxDepth is 0 or > MostDepth ? MostDepth : _options.MaxDepth;
        _options.Converters.Add(new Payloads.StrictTextConverter());
    }

    /// <summary>The serializer that is used unless another is set.</summary>
    public static JsonPayloadSerializer Default { get; } = new();

    /// <inheritdoc/>
    public string ContentType => "application/json";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Write(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), _options);
    }

    /// <inheritdoc/>
    public object? Read(ReadOnlyMemory<byte> bytes, string contentType, Type type) => JsonSerializer.Deserialize(bytes.Span, type, _options);
}
