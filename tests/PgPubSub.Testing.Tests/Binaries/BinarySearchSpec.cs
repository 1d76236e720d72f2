using PgPubSub.Testing.Binaries;

namespace PgPubSub.Testing.Tests.Binaries;

public sealed class BinarySearchSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Binaries_older_than_14_are_passed_over_and_named()
    {
        var old = _folder.Binaries("old", "13.21 (Debian 13.21-1)");

        var search = await SearchAsync(old);

        Assert.Null(search.Found);
        Assert.Equal([$"PostgreSQL 13.21 in {old} is older than 14"], search.PassedOver);
    }

    [Fact]
    public async Task The_first_folder_that_is_new_enough_is_taken()
    {
        var search = await SearchAsync(Path.Combine(_folder.Path, "missing"), _folder.Binaries("old", "9.6.24"), _folder.Binaries("first", "14.1"), _folder.Binaries("second", "17.2"));

        Assert.Equal(new ServerBinaries(Path.Combine(_folder.Path, "first"), new Version(14, 1)), search.Found);
    }

    [Theory]
    [InlineData("18beta1", "18.0")]
    [InlineData("19devel", "19.0")]
    [InlineData("16.4 (Homebrew)", "16.4")]
    public async Task Versions_are_read_as_servers_write_them(string written, string version) =>
        Assert.Equal(Version.Parse(version), (await SearchAsync(_folder.Binaries("some", written))).Found?.Version);

    [Fact]
    public async Task A_link_to_postgres_is_followed_to_the_binaries_beside_it()
    {
        var real = _folder.Binaries("real", "16.0");
        var links = Directory.CreateDirectory(Path.Combine(_folder.Path, "links")).FullName;
        File.CreateSymbolicLink(Path.Combine(links, "postgres"), Path.Combine(real, "postgres"));

        Assert.Equal(real, (await SearchAsync(links)).Found?.Folder);
    }

    [Fact]
    public async Task A_postgres_without_initdb_is_no_server()
    {
        var alone = _folder.Script("alone", "postgres", "echo 'postgres (PostgreSQL) 17.0'");

        Assert.Null((await SearchAsync(alone)).Found);
    }

    [Fact]
    public void The_usual_folders_are_tried_newest_version_first()
    {
        foreach (var version in (string[])["9.6", "15", "17", "10"])
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, "postgresql@" + version));
        }

        Assert.Equal(["17", "15", "10", "9.6"], BinaryFolders.Inside(_folder.Path, "postgresql@*", "bin").Select(folder => Path.GetDirectoryName(folder)!.Split('@')[1]));
    }

    public void Dispose() => _folder.Dispose();

    private static Task<BinarySearch> SearchAsync(params string[] folders) => BinarySearch.RunAsync(folders, CancellationToken.None);
}
