using System.Text.Json;
using System.Text.Json.Serialization;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Payloads;

/// <summary>Refuses text with a lone surrogate, which the serializer would otherwise silently replace.</summary>
internal sealed class StrictTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Checked(value));

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(Checked(value));

    private static string Checked(string value) =>
        value.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0 && NameRule.TextProblem("payload", value) is { } problem
            ? throw new PayloadException(problem)
            : value;
}
