using System.Text.Json;

namespace PgPubSub.Samples.Shared.Input;

/// <summary>An invented history that ships with the sample, for where there is no checkout.</summary>
internal static class RecordedHistory
{
    public static IReadOnlyList<Commit> Read()
    {
        using var file = typeof(RecordedHistory).Assembly.GetManifestResourceStream("recorded-history.jsonl")!;
        using var lines = new StreamReader(file);
        var commits = new List<Commit>();
        while (lines.ReadLine() is { } line)
            commits.Add(JsonSerializer.Deserialize<Commit>(line, JsonSerializerOptions.Web)!);
        return commits;
    }
}
