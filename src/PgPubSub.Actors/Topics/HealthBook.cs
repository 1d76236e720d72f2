using Akka.Actor;

namespace PgPubSub.Actors.Topics;

/// <summary>The problems that parts of the node have told, each under its teller: one that is well again takes its own back.</summary>
internal sealed class HealthBook
{
    private readonly Dictionary<IActorRef, string> _problems = [];

    public void Tell(IActorRef teller, string? problem)
    {
        if (problem is null)
            _problems.Remove(teller);
        else
            _problems[teller] = problem;
    }

    public void Forget(IActorRef teller) => _problems.Remove(teller);

    /// <summary>What others than one have told.</summary>
    public IReadOnlyList<string> Problems(IActorRef but) => [.. _problems.Where(told => !told.Key.Equals(but)).Select(told => told.Value).Distinct()];

    public Health Read(bool registered) => _problems.Count > 0 ? new Health(false, string.Join(" ", _problems.Values.Distinct()))
        : registered ? new Health(true, null)
        : new Health(false, "The node is not registered yet.");
}
