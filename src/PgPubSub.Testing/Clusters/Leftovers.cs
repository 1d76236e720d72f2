namespace PgPubSub.Testing.Clusters;

/// <summary>Clusters whose owner and guard both died, in a power cut for example.</summary>
internal static class Leftovers
{
    public static async Task RemoveAsync(string parent)
    {
        foreach (var path in Directory.EnumerateFiles(parent, ClusterFolder.Prefix + "*" + FolderLock.Suffix))
        {
            using var taken = FolderLock.TakeOver(path);
            if (taken is not null)
            {
                await FolderGuard.Start(taken).DisposeAsync();
            }
        }
    }
}
