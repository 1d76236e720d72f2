using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Nodes;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The node's own life and its eye on the others, as the node's actor performs them.</summary>
internal sealed class NodeLife : ITokenBook
{
    private readonly Process _process;
    private readonly NodeMachine _machine;
    private readonly NodeJudge _judge;
    private readonly Alarm _alarm;
    private readonly HashSet<Guid> _takingOver = [];
    private readonly HashSet<Guid> _tokens = [], _unbegun = [];
    private TimeSpan _aliveUntil;
    private bool _keepsLock, _leaving, _looking;

    public NodeLife(Process process)
    {
        _process = process;
        var terms = process.Terms;
        _machine = new NodeMachine(terms.Beat, terms.TimeToLive);
        _judge = new NodeJudge(terms.TimeToLive, terms.Grace, terms.Settling);
        _alarm = new Alarm(process, () => Step(() => _machine.Tick(process.Now)));
        _aliveUntil = process.Now;
    }

    public Guid? Id { get; private set; }

    /// <summary>Whether something may be handed out.</summary>
    public bool IsLive => _process.Now < _aliveUntil;

    /// <summary>The last beat that is known to be written: its id, when it was sent by the process's clock, and when it was written by true time.</summary>
    public (Guid Node, TimeSpan Sent, TimeSpan Written) Proof { get; private set; }

    public void Start()
    {
        Step(() => _machine.Tick(_process.Now));
        _process.After(_process.Terms.Watch, Look);
    }

    public void Add(Guid token)
    {
        _tokens.Add(token);
        _unbegun.Add(token);
    }

    public void Begin(Guid token) => _unbegun.Remove(token);

    public void Remove(Guid token)
    {
        _tokens.Remove(token);
        _unbegun.Remove(token);
    }

    public void Abandon(Guid token) => _tokens.Remove(token);

    public void Presence(bool held)
    {
        _keepsLock = held;
        if (!held)
            _judge.Blink();
        Step(() => _machine.BeatAtOnce(_process.Now));
    }

    public void OthersSeen(IReadOnlyList<NodeSighting> others, bool afterOutage)
    {
        if (_machine.Id is not { } self || _leaving)
            return;
        if (afterOutage)
            _judge.Blink();
        Judge([.. others.Where(other => other.Id != self)]);
    }

    public void Leave(Action left)
    {
        _leaving = true;
        if (_machine.Id is not { } node)
        {
            left();
            return;
        }

        Guid[] unbegun = [.. _unbegun];
        _process.Send(
            "depart", node, () => Done(_process.Database.Nodes.DepartAsync(node, unbegun)), _ => _process.Setting.Journal.NodeEnded(node, "departed"), _ => left(), _ => left());
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private void Step(Action step)
    {
        if (_leaving)
            return;
        step();
        foreach (var effect in _machine.Effects.ToArray())
            Perform(effect);
        _machine.Effects.Clear();
        _alarm.Set(_machine.NextTick);
    }

    private void Perform(NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.Register:
                Register(_process.World.NewId(), _process.Now);
                break;
            case NodeEffect.Beat e:
                Beat(e.Node, _process.Now);
                break;
            case NodeEffect.Become e:
                Become(e.Node);
                break;
            case NodeEffect.Suspend e:
                _process.World.Trace?.Invoke($"{_process} {(e.Suspended ? "can't say that it is alive" : "is alive again")}");
                Tell();
                break;
            case NodeEffect.ReturnOrphans e:
                Return(e.Node, e.Tokens);
                break;
        }
    }

    private void Become(Guid? node)
    {
        _process.World.Trace?.Invoke($"{_process} is {Name(node)}");
        Id = node;
        _process.Listener.Own(node);
        foreach (var member in _process.Members)
        {
            if (node is not null || !_process.Setting.Plants.Is(Plant.ZombieKeepsItsClaims))
                _process.Post(() => member.Own(node));
        }
    }

    private void Tell()
    {
        foreach (var member in _process.Members)
            _process.Post(member.LookAtLiveness);
    }

    private void Register(Guid node, TimeSpan sent)
    {
        var written = TimeSpan.Zero;
        _process.Send(
            "register",
            node,
            () => Done(_process.Database.Nodes.RegisterAsync(node, _process.ToString(), CancellationToken.None)),
            _ => written = _process.World.Now,
            _ => Step(() =>
            {
                _machine.Registered(node, _process.Now);
                Live(node, sent, written);
                _process.Marks.Beaten(node);
            }),
            _ => Step(() => _machine.RegisterFailed(_process.Now)));
    }

    private void Beat(Guid node, TimeSpan sent)
    {
        var (written, keepsLock) = (TimeSpan.Zero, _keepsLock);
        _process.Send(
            "beat",
            node,
            () => _process.Database.Nodes.BeatAsync(node, keepsLock),
            _ => written = _process.World.Now,
            tokens => Step(() =>
            {
                _machine.Beaten(tokens, Known(tokens ?? []), _process.Now);
                if (tokens is null || _machine.Id is null)
                    return;
                Live(node, sent, written);
                _process.Marks.Beaten(node);
            }),
            _ => Step(() => _machine.BeatFailed(_process.Now)));
    }

    private HashSet<Guid> Known(IReadOnlyList<Guid> tokens) =>
        _process.Setting.Plants.Is(Plant.EverythingIsAnOrphan) ? [] : tokens.Where(_tokens.Contains).ToHashSet();

    private void Live(Guid node, TimeSpan sent, TimeSpan written)
    {
        var lapsed = !IsLive;
        Proof = (node, sent, written);
        _aliveUntil = _machine.ConfirmedAt + _process.Terms.TimeToLive;
        if (lapsed)
            Tell();
    }

    private void Look()
    {
        if (!_looking && !_leaving && _machine.Id is { } self)
        {
            _looking = true;
            _process.Send(
                "watch",
                null,
                () => _process.Database.Nodes.WatchAsync(self, CancellationToken.None),
                null,
                sightings =>
                {
                    _looking = false;
                    Judge(sightings);
                },
                _ =>
                {
                    _looking = false;
                    _judge.Blink();
                });
        }

        _process.After(_process.Terms.Watch, Look);
    }

    private void Judge(IReadOnlyList<NodeSighting> sightings)
    {
        foreach (var dead in _judge.Look(sightings, _process.Now).Where(node => _takingOver.Add(node.Id)))
        {
            _process.World.Trace?.Invoke($"{_process} judges {Name(dead.Id)} dead");
            _process.Send(
                "take over " + Name(dead.Id),
                dead.Id,
                () => _process.Database.Nodes.TakeOverAsync(dead),
                won => TakenOver(dead.Id, won),
                _ => _takingOver.Remove(dead.Id),
                _ => _takingOver.Remove(dead.Id));
        }
    }

    private void TakenOver(Guid dead, bool won)
    {
        if (!won)
            return;
        _process.World.Met(Hazard.Takeover);
        _process.Setting.Journal.NodeEnded(dead, "taken over");
        foreach (var line in _process.Database.Lines.Where(line => line.Node == dead).ToArray())
            line.Drop(); // its sessions are ended
    }

    private void Return(Guid node, IReadOnlyList<Guid> tokens)
    {
        Guid[] unbegun = [.. tokens.Where(_unbegun.Contains)];
        _process.Send(
            "return orphans",
            node,
            () => _process.Database.Nodes.ReturnOrphansAsync(node, tokens, unbegun),
            returned =>
            {
                if (returned > 0)
                    _process.World.Met(Hazard.OrphanReturn);
                _process.Setting.Journal.OrphansReturned(node, tokens);
            },
            _ => { },
            _ => { });
    }

    private static string Name(Guid? node) => node is { } id ? $"node {BitConverter.ToInt32(id.ToByteArray())}" : "no node";
}
