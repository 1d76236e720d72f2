using System.Diagnostics;
using PgPubSub.Testing.Clusters;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Tests.Clusters;

public sealed class LeftoversSpec : IDisposable
{
    private readonly TemporaryFolder _parent = new();

    [Fact]
    public async Task A_folder_whose_owners_number_was_used_again_is_removed()
    {
        var reused = ProcessIdentity.Current with { Start = ProcessIdentity.Current.Start - 1000 };

        Assert.False(await IsKeptAsync(reused.ToString()));
    }

    [Fact]
    public async Task A_folder_whose_owner_lives_is_kept_even_if_its_lock_was_lost() =>
        Assert.True(await IsKeptAsync(ProcessIdentity.Current.ToString()));

    [Fact]
    public async Task A_folder_whose_lock_is_held_is_kept_whatever_the_identity_says()
    {
        var folder = Folder("");
        using var held = new FileStream(folder + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        await Leftovers.RemoveAsync(_parent.Path);

        Assert.True(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_folder_whose_owner_died_before_it_wrote_its_identity_is_removed() => Assert.False(await IsKeptAsync(""));

    [Fact]
    public async Task A_process_with_the_number_in_a_stale_pid_file_is_not_touched()
    {
        using var innocent = Process.Start("sleep", "600");
        var folder = Folder("");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "data")).FullName, "postmaster.pid"), $"{innocent.Id}\n");

        await Leftovers.RemoveAsync(_parent.Path);

        Assert.False(Directory.Exists(folder));
        Assert.False(innocent.HasExited);
        innocent.Kill();
    }

    [Fact]
    public async Task A_folder_without_a_lock_file_is_nobodys_business_of_ours()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_parent.Path, "pgpubsub-of-somebody")).FullName;

        await Leftovers.RemoveAsync(_parent.Path);

        Assert.True(Directory.Exists(folder));
    }

    public void Dispose() => _parent.Dispose();

    private async Task<bool> IsKeptAsync(string identity)
    {
        var folder = Folder(identity);

        await Leftovers.RemoveAsync(_parent.Path);

        Assert.Equal(Directory.Exists(folder), File.Exists(folder + ".lock"));
        return Directory.Exists(folder);
    }

    private string Folder(string identity)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_parent.Path, "pgpubsub-left")).FullName;
        File.WriteAllText(folder + ".lock", identity);
        return folder;
    }
}
