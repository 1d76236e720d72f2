using PgPubSub.Core.Nodes;

namespace PgPubSub.Postgres.Tests.Nodes;

/// <summary>What a look at other nodes shows.</summary>
public sealed class PresenceSpec : StoreSpec
{
    [Fact]
    public async Task A_presence_lock_is_seen_while_its_line_is_open_and_not_after()
    {
        var (self, other) = (await NodeAsync(), await NodeAsync());
        Assert.False((await SeenAsync(self)).LockHeld);

        var line = await ListenAsync(Open(), other);
        Assert.True(line.KeepsLock);
        Assert.True((await SeenAsync(self)).LockHeld);

        await line.DisposeAsync();
        await UntilNotHeldAsync(self);
    }

    [Fact]
    public async Task A_presence_lock_is_gone_when_its_session_dies()
    {
        var (self, other) = (await NodeAsync(), await NodeAsync());
        var store = Open();
        await using var line = await ListenAsync(store, other);
        var before = await SeenAsync(self);

        await Direct.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND "
            + $"((classid::bigint << 32) | objid::bigint) = pgpubsub.presence_key_v1('{other}')");

        await UntilNotHeldAsync(self);
        Assert.True(before.LockHeld);
    }

    [Fact]
    public async Task A_lock_of_another_schema_or_of_a_user_is_nobodys_presence()
    {
        var (self, other) = (await NodeAsync(), await NodeAsync());
        await using var session = await Direct.OpenAsync();
        await Direct.RunAsync(session, $"SELECT pg_advisory_lock(hashtextextended('pgpubsub.other', hashtextextended('{other}', 0)))");

        Assert.Equal((other, false), ((await SeenAsync(self)).Id, (await SeenAsync(self)).LockHeld));
    }

    [Fact]
    public async Task A_beat_moves_what_others_see_and_says_whether_the_lock_is_kept()
    {
        var (self, other) = (await NodeAsync(), await NodeAsync());
        var before = await SeenAsync(self);
        Assert.Equal(("a node", false), (before.Name, before.KeepsLock));

        await using var line = await ListenAsync(Open(), other);
        Assert.Empty((await Store.Nodes.BeatAsync(other, keepsLock: true))!);

        var after = await SeenAsync(self);
        Assert.True(string.CompareOrdinal(after.SeenAt, before.SeenAt) > 0);
        Assert.True(after.KeepsLock);
    }

    [Fact]
    public async Task A_lock_that_is_not_held_where_the_beat_is_written_is_not_said_to_be_kept()
    {
        var (self, other) = (await NodeAsync(), await NodeAsync());

        Assert.Empty((await Store.Nodes.BeatAsync(other, keepsLock: true))!);

        Assert.False((await SeenAsync(self)).KeepsLock);
    }

    [Fact]
    public async Task What_is_seen_of_a_beat_does_not_depend_on_the_role()
    {
        var (self, other) = (await NodeAsync(), await NodeAsync());
        var abroad = Open(o => o.ConnectionString = With(c => (c.Timezone, c.Options) = ("Asia/Kolkata", "-c DateStyle=SQL,DMY")));

        var seen = (await abroad.Nodes.WatchAsync(self, CancellationToken.None)).Single();

        Assert.Equal(await SeenAsync(self), seen);
        Assert.True(await abroad.Nodes.TakeOverAsync(seen));
        Assert.Null(await Open().Nodes.BeatAsync(other, keepsLock: false));
    }

    [Fact]
    public async Task A_node_never_sees_itself()
    {
        var self = await NodeAsync();

        Assert.Empty(await Store.Nodes.WatchAsync(self, CancellationToken.None));
    }

    private async Task<NodeSighting> SeenAsync(Guid self) => (await Store.Nodes.WatchAsync(self, CancellationToken.None)).Single();

    private async Task UntilNotHeldAsync(Guid self)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await SeenAsync(self)).LockHeld)
            late.Token.ThrowIfCancellationRequested();
    }
}
