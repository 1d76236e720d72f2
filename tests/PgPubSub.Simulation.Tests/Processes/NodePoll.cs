using PgPubSub.Core.Nodes;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The promise behind the hints.</summary>
internal sealed class NodePoll(Process process)
{
    private bool _asking, _again, _outage;

    public void Start() => process.After(process.Terms.Poll, Regular);

    public void CatchUp()
    {
        _again = _asking;
        if (!_asking)
            Ask();
    }

    private void Regular()
    {
        if (!_asking)
            Ask();
        process.After(process.Terms.Poll, Regular);
    }

    private void Ask()
    {
        _asking = true;
        var request = new PollRequest([process.Setting.Topic], process.Setting.Groups, []) { Node = process.Node.Id };
        process.Send("poll", null, () => process.Database.Nodes.PollAsync(request, CancellationToken.None), null, Polled, _ =>
        {
            _outage = true;
            Rest();
        });
    }

    private void Polled(PollResult result)
    {
        foreach (var tail in result.Tails)
        {
            process.Post(() => process.Reader.Polled(tail.Tail));
            process.Wake(tail);
        }

        if (_outage)
            process.Post(process.Reader.Doubt);
        foreach (var member in process.Members)
        {
            foreach (var due in result.RetriesDue)
            {
                if (due.Group == member.Group)
                    process.Post(() => member.WakeRetries(due.Suspects));
            }

            foreach (var version in result.Versions)
            {
                if (version.Group == member.Group)
                    process.Post(() => member.Learn(version.Version));
            }
        }

        if (result.Others is { } others)
            process.Node.OthersSeen(others, _outage);
        _outage = false;
        Rest();
    }

    private void Rest()
    {
        _asking = false;
        if (!_again)
            return;
        _again = false;
        Ask();
    }
}
