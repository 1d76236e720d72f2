namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The node's one permit to have a suspect out, and who waits for it.</summary>
internal sealed class SuspectLine
{
    private readonly LinkedList<Member> _line = new();

    public void Ask(Member member)
    {
        if (_line.Contains(member))
            return;
        _line.AddLast(member);
        if (_line.First!.Value == member)
            member.Grant();
    }

    public void Return(Member member)
    {
        var held = _line.First?.Value == member;
        _line.Remove(member);
        if (held)
            _line.First?.Value.Grant();
    }
}
