namespace PgPubSub.Actors;

/// <summary>Tells of a bug by the types of its exceptions and where they were thrown: their messages may quote data.</summary>
internal static class Crash
{
    public static string Describe(Exception failure) =>
        $"{failure.GetType()}\n{failure.StackTrace}{(failure.InnerException is { } cause ? $"\ncaused by {Describe(cause)}" : "")}";
}
