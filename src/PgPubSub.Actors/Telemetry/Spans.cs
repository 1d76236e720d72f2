using System.Diagnostics;

namespace PgPubSub.Actors.Telemetry;

/// <summary>Starts and ends spans. They never become the current one of an actor's thread, and a listener that throws disturbs nothing.</summary>
internal static class Spans
{
    /// <summary>Links of one span at most.</summary>
    public const int MostLinks = 128;

    private static readonly ActivitySource? Source = Make(PgPubSubTelemetry.ActivitySourceName);

    /// <summary>Whether anybody listens: nothing is prepared for a span where nobody does.</summary>
    public static bool AreHeard => Source?.HasListeners() is true;

    /// <summary>Null where a listener is broken that hears of it: then there are no spans.</summary>
    public static ActivitySource? Make(string name)
    {
        try
        {
            return new ActivitySource(name, typeof(Spans).Assembly.GetName().Version?.ToString(3));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Null where nobody wants it.</summary>
    public static Activity? Start(
        Operation operation, ActivityKind kind, string topic, ActivityContext parent, KeyValuePair<string, object?>[] tags, IEnumerable<ActivityLink>? links = null)
    {
        var current = Activity.Current;
        try
        {
            Activity.Current = null; // what an actor's thread carries is another message's
            KeyValuePair<string, object?>[] all = [.. tags, new(Attributes.Operation, operation.Name), new(Attributes.OperationType, operation.Type)]; // whoever samples decides by them
            return Source?.StartActivity($"{operation.Name} {topic}", kind, parent, all, links);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null; // whoever listens is broken
        }
        finally
        {
            Activity.Current = current;
        }
    }

    /// <summary>Ends a span; one that failed names the kind of failure and never its text.</summary>
    public static void End(Activity span, string? error = null)
    {
        var current = Activity.Current;
        try
        {
            if (error is not null)
                span.SetStatus(ActivityStatusCode.Error).SetTag(Attributes.ErrorType, error);
            span.Stop();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whoever listens is broken.
        }
        finally
        {
            Activity.Current = current;
        }
    }
}
