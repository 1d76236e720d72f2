using Npgsql;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Scenes;

/// <summary>Writes down which nodes are registered, by a session of its own; while there is no server for it, nothing can be taken over either.</summary>
internal sealed class NodeWatch : IAsyncDisposable
{
    /// <summary>The name of its session: who ends those of the workers leaves it.</summary>
    public const string SessionName = "watch";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly Scene _scene;
    private readonly Dictionary<Guid, (string Name, long Stood)> _there = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Task _watching;

    public NodeWatch(Scene scene)
    {
        _scene = scene;
        _watching = Task.Run(WatchAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
    }

    private async Task WatchAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await using var session = await Session.OpenAsync(_scene.AdminConnectionString, SessionName);
                do
                {
                    var asked = Journal.Now;
                    Look(await session.RowsAsync($"SELECT id, name FROM {_scene.Schema}.node", row => (row.GetGuid(0), row.GetString(1))), asked);
                }
                while (await _over.Token.HoldsAsync(Glance));
            }
            catch (Exception e) when (e is NpgsqlException or IOException)
            {
                await _over.Token.HoldsAsync(Glance);
            }
        }
    }

    private void Look(IReadOnlyList<(Guid Id, string Name)> rows, long asked)
    {
        foreach (var (id, name) in rows)
        {
            if (_there.TryAdd(id, (name, asked)))
                _scene.Note(new Fact(Note.NodeAppeared, Journal.Now, name, EventId: id));
            _there[id] = (name, asked);
        }

        foreach (var (id, (name, stood)) in _there.Where(node => node.Value.Stood != asked).ToList())
        {
            _scene.Note(new Fact(Note.NodeStood, stood, name, EventId: id));
            _scene.Note(new Fact(Note.NodeGone, Journal.Now, name, EventId: id));
            _there.Remove(id);
        }
    }
}
