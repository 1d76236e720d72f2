using PgPubSub.Core.Subscriptions;
using PgPubSub.Simulation.Tests.Databases;
using PgPubSub.Simulation.Tests.Hazards;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests;

/// <summary>One history: some processes work on one database while a seed does them harm; then harm ends, and everything must come to its end.</summary>
internal sealed class History
{
    private const int LeastSteps = 500;

    private readonly World _world;
    private readonly Setting _setting;
    private readonly Disturber _disturber;

    public History(int seed, Plant plant = Plant.None, Action<string>? trace = null)
    {
        _world = new World(seed, trace);
        var terms = new Terms(_world.Random, plant);
        var database = new Database(_world, terms);
        var topic = database.Log.EnsureTopicAsync(Setting.TopicName, terms.Retention, CancellationToken.None).GetAwaiter().GetResult();
        GroupKey[] groups =
        [
            .. Enumerable.Range(1, terms.Groups).Select(number => database.Subscriptions
                .EnsureGroupAsync(topic.Id, Terms.NameOf(number), StartFrom.Earliest, terms.RulesOf(Terms.NameOf(number)), change: false, CancellationToken.None).GetAwaiter().GetResult().Key),
        ];
        var journal = new Journal(_world, terms, database.Memory.TopicsById[topic.Id], groups);
        var plants = new Planted(plant);
        plants.Into(database);
        _setting = new Setting(_world, terms, database, journal, topic.Id, groups, plants);
        _disturber = new Disturber(_setting);
    }

    public int Steps => _world.Steps;

    public int[] Hazards => _world.Hazards;

    public void Run()
    {
        _disturber.Start();
        var until = _world.Now + TimeSpan.FromSeconds(1.2);
        while (_world.Steps < LeastSteps || _world.Now < until)
            _world.Step();
        _world.Trace?.Invoke("from here on nothing is harmed");
        _disturber.Calm();
        Drain();
        _setting.Journal.End();
    }

    private void Drain()
    {
        var until = _world.Now + TimeSpan.FromSeconds(30);
        while (!IsDrained())
        {
            Check.That(_world.Now < until, "R3", () => $"it does not drain: {Left()}");
            for (var i = 0; i < 12; i++)
                _world.Step();
        }
    }

    private string Left() => string.Join("; ", _setting.Journal.Groups.Select(group => group.Left(_setting.Journal.Log.Tail))
        .Concat(_setting.Journal.Privates.Where(one => !one.IsDone).Select(one => one.Left)).Concat(
        _disturber.Processes.Where(process => !process.Publisher.IsIdle).Select(process => $"{process} still publishes")));

    private bool IsDrained() =>
        _disturber.Processes.All(process => !process.IsAlive || process.Publisher.IsIdle)
        && _setting.Journal.Privates.All(one => one.IsDone)
        && _setting.Journal.Groups.All(group =>
            group.Row.Position == _setting.Journal.Log.Tail && group.Row.Leases.Count == 0 && group.Row.Retries.Waiting + group.Row.Retries.Claimed == 0 && group.EverybodyIsTold);
}
