using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Samples.Shared.Input;
using PgPubSub.Streams;

namespace StreamPipelines.Statistics;

/// <summary>Reads the log from its beginning into live events and tells now and then who wrote the last commits.</summary>
internal static class WindowStatistic
{
    private const int Lines = 4, MostNamed = 4;

    /// <returns>The window after so many events.</returns>
    public static Task<AuthorWindow> RunAsync(ActorSystem system, string topic, int events, int size, Action<string> say)
    {
        var step = Math.Max(1, events / Lines);
        return PgPubSubSource.FromEarliest<Commit>(system, topic)
            .Take(events)
            .RunAggregate(
                new AuthorWindow(size),
                (window, commit) =>
                {
                    if (window.Add(commit.Value.Author).Seen % step == 0)
                        say($"the last {Math.Min(size, window.Seen)} of {window.Seen} commits: {Line(window)}");
                    return window;
                },
                system.Materializer());
    }

    private static string Line(AuthorWindow window)
    {
        var ranking = window.Ranking;
        return string.Join(", ", ranking.Take(MostNamed).Select(entry => $"{entry.Author} {entry.Commits}"))
            + (ranking.Count > MostNamed ? $" and {ranking.Count - MostNamed} more" : "");
    }
}
