namespace PgPubSub.Actors.Telemetry;

/// <summary>Attributes that are made once and used for each measurement.</summary>
internal static class Tags
{
    public static KeyValuePair<string, object?>[] Of(string instance, params ReadOnlySpan<(string Name, object? Value)> more)
    {
        var tags = new KeyValuePair<string, object?>[more.Length + 2];
        tags[0] = new(Attributes.System, Attributes.PgPubSub);
        tags[1] = new(Attributes.Instance, instance);
        for (var i = 0; i < more.Length; i++)
            tags[i + 2] = new(more[i].Name, more[i].Value);
        return tags;
    }

    public static KeyValuePair<string, object?>[] And(this KeyValuePair<string, object?>[] tags, string name, object? value) => [.. tags, new(name, value)];
}
