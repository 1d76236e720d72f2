namespace PgPubSub.Streams.Feeds;

/// <summary>Tasks that an application may ask or not.</summary>
internal static class QuietTasks
{
    /// <summary>A failure that nobody asks for is no unobserved one: the stream itself has failed with it.</summary>
    public static Task Quietly(this Task task)
    {
        task.ContinueWith(
            failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
