namespace PgPubSub.Actors;

/// <summary>What an instance may be called.</summary>
internal static class InstanceName
{
    private const int MostCharacters = 100; // it is part of an actor's path

    public static string? Problem(string name) =>
        name.Length is > 0 and <= MostCharacters && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? null
            : $"The instance's name must consist of letters, digits, dash and underscore, at most {MostCharacters}.";
}
