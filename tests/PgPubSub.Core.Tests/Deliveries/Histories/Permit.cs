namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>
/// The permit of a process to have one suspect out. Whoever asks stands in line once. A grant may arrive after its asker has given up:
/// then others may have the permit, whatever the asker wants by now.
/// </summary>
internal sealed class Permit(List<Action> messages, Action grant)
{
    private int _asked;
    private bool _inLine;

    public bool IsHeld { get; private set; }

    public void Ask()
    {
        if (_inLine)
            return;
        _inLine = true;
        var mine = ++_asked;
        messages.Add(() =>
        {
            IsHeld |= _inLine && mine == _asked;
            grant();
        });
    }

    public void Return(bool isWanted)
    {
        Assert.False(isWanted, "the permit went back while a suspect was out");
        (_inLine, IsHeld) = (false, false);
    }
}
