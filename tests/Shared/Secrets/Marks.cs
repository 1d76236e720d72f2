using System.Text;
using System.Text.Json;
using PgPubSub.Actors;

namespace PgPubSub.Shared.Secrets;

/// <summary>What must be written nowhere: every secret of a spec bears the same mark, which is looked for as text, as hexadecimal digits and in base 64.</summary>
internal static class Marks
{
    public const string Mark = "hushhushhush";
    public const string Payload = Mark + "-payload", Key = Mark + "-key", Header = Mark + "-header", Value = Mark + "-value", Said = Mark + "-said";
    public const string User = Mark + "-user", Password = Mark + "-password";

    private static readonly string[] Forms =
    [
        Mark, Convert.ToHexString(Encoding.UTF8.GetBytes(Mark)), Convert.ToHexString(Encoding.Unicode.GetBytes(Mark)),
        // In base 64 a text looks different at each place among three bytes; its ends mix with what is beside it.
        .. Enumerable.Range(0, 3).Select(i => Convert.ToBase64String(Encoding.UTF8.GetBytes(new string(' ', i) + Mark))[4..^4]),
    ];

    public static bool AreIn(string text) => Forms.Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase));

    /// <summary>An event of which everything is secret but its topic and type.</summary>
    public static Publish Event(string topic, object? payload = null, string key = Key) => new(
        topic, payload ?? JsonSerializer.SerializeToElement(new { value = Payload }), Key: key, Type: "secret", Headers: new Dictionary<string, string> { [Header] = Value });
}
