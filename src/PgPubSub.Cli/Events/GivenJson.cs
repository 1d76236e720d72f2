using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PgPubSub.Cli.Events;

/// <summary>
/// JSON that goes into a document as it came, on one line: numbers of any size and strings that are no text, as PostgreSQL keeps them, pass through. White space between its parts is left out,
/// and control characters and line separators within strings are escaped, since they steer terminals and end lines.
/// </summary>
/// <param name="text">Valid JSON in UTF-8.</param>
[JsonConverter(typeof(Converter))]
internal sealed class GivenJson(ReadOnlyMemory<byte> text)
{
    private byte[] ToLine()
    {
        var (line, inString) = (new ArrayBufferWriter<byte>(text.Length + 1), false);
        var given = text.Span;
        for (var i = 0; i < given.Length; i++)
        {
            var one = given[i];
            if (inString && one is (byte)'\\')
            {
                line.Write(given.Slice(i++, 2));
                continue;
            }

            inString ^= one is (byte)'"';
            if (!inString && one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            if (one < 0x7F || Rune.DecodeFromUtf8(given[i..], out var rune, out var length) is not OperationStatus.Done)
            {
                line.Write([one]);
                continue;
            }

            line.Write(Steers(rune) ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")) : given.Slice(i, length));
            i += length - 1;
        }

        return line.WrittenSpan.ToArray();
    }

    private static bool Steers(Rune rune) => Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private sealed class Converter : JsonConverter<GivenJson>
    {
        public override GivenJson Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, GivenJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.ToLine(), skipInputValidation: true);
    }
}
