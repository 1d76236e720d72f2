using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Plants;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>One group in one process, as its subscription's actor performs it.</summary>
internal sealed class Member
{
    private readonly DeliveryMachine _machine;
    private readonly Alarm _alarm;
    private readonly ClaimLedger _claims;
    private readonly MemberCalls _calls;
    private readonly Audience _audience;
    private readonly Backoff _opening = Backoff.OfStore();
    private Guid? _node;
    private GroupState? _state;
    private bool _suspended, _looking, _lookAgain;

    public Member(Process process, GroupKey group)
    {
        (Process, Group) = (process, group);
        Journal = process.Setting.Journal.Group(group);
        _machine = new DeliveryMachine(process.Terms.Rules, process.Terms.PageBytes);
        _alarm = new Alarm(process, () => Step(_machine.Tick));
        _claims = new ClaimLedger(process.Node);
        _calls = new MemberCalls(this, _machine, _claims);
        _audience = new Audience(this, _machine);
    }

    public Process Process { get; }

    public GroupKey Group { get; }

    public GroupJournal Journal { get; }

    public Audience Audience => _audience;

    public void Start() => Look();

    public void Wake(long tail) => Step(now => _machine.Wake(tail, now));

    public void WakeRetries(bool suspects) => Step(now => _machine.WakeRetries(suspects, now));

    public void LookAtLiveness() => Step(_ => { });

    public void Grant() => Process.Post(() => Step(_machine.SuspectGranted));

    public void Drain() => Step(_machine.Drain);

    public void LeaveAll() => _audience.LeaveAll();

    public void Own(Guid? node)
    {
        if (Process.Setting.Plants.Is(Plant.ZombieKeepsItsClaims) && _node is not null)
            return;
        _node = node;
        Own();
    }

    /// <summary>The group may have changed.</summary>
    public void Learn(long version)
    {
        if (_state is { } state && state.Version != version)
            Look();
    }

    public void Step(Action<TimeSpan> step)
    {
        LivenessFirst();
        step(Process.Now);
        Perform();
    }

    private void LivenessFirst()
    {
        var live = Process.Node.IsLive || Process.Setting.Plants.Is(Plant.ZombieHandsOut);
        if (_suspended != live)
            return;
        _suspended = !_suspended;
        _machine.Suspend(_suspended, Process.Now);
    }

    private void Look()
    {
        _lookAgain = _looking;
        if (_looking)
            return;
        _looking = true;
        Process.Send("read group", null, () => Process.Database.Subscriptions.ReadGroupAsync(Group, CancellationToken.None), null, Read, _ =>
        {
            _looking = false;
            var now = Process.Now;
            _opening.Fail(now);
            Process.After(_opening.Until!.Value - now, Look);
        });
    }

    private void Read(GroupState? read)
    {
        _looking = false;
        _opening.Clear();
        var (before, group) = (_state, read!);
        _state = group;
        if (_lookAgain)
            Look();
        if (before is null)
        {
            _claims.Stand(group);
            Adopt(group);
            Own();
        }
        else if (before.Version != group.Version)
        {
            Change(before, group);
        }
    }

    private void Change(GroupState before, GroupState group)
    {
        var moved = group.Generation != before.Generation;
        if (moved)
            _claims.Stand(group);
        Step(now =>
        {
            Adopt(group);
            if (moved)
                _machine.Sought(group.Generation, group.Position, now);
        });
    }

    private void Adopt(GroupState group)
    {
        _machine.Change(group.Rules);
        _machine.Pause(group.Paused, Process.Now);
    }

    private void Own()
    {
        _claims.Own(_node);
        Step(now => _machine.Own(_node is not null && _state is not null, _claims.Position, now));
    }

    private void Perform()
    {
        for (var i = 0; i < _machine.Effects.Count; i++)
        {
            var effect = _machine.Effects[i];
            if (!_audience.Perform(effect) && !_calls.Perform(effect))
                Perform(effect);
        }

        _machine.Effects.Clear();
        _alarm.Set(_machine.NextTick);
    }

    private void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.AskPermit:
                Process.Post(() => Process.Suspects.Ask(this));
                break;
            case DeliveryEffect.ReturnPermit:
                Process.Post(() => Process.Suspects.Return(this));
                break;
        }
    }
}
