namespace System.Text.Json;

/// <summary>What .NET 10 brought: an element that needs no disposing.</summary>
internal static class JsonElementParse
{
    extension(JsonElement)
    {
        public static JsonElement Parse(ReadOnlySpan<byte> utf8, JsonDocumentOptions options)
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowTrailingCommas = options.AllowTrailingCommas, CommentHandling = options.CommentHandling, MaxDepth = options.MaxDepth });
            var element = JsonElement.ParseValue(ref reader);
            return reader.Read() ? throw new JsonException() : element;
        }
    }
}
