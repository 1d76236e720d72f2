using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>Whose each event of a group is and what became of it, by the claims that were committed.</summary>
internal sealed class GroupLedger(World world, Terms terms, TopicRow topic, GroupRow row, LogJournal log)
{
    private readonly List<Fate> _fates = [];
    private readonly Dictionary<Guid, Claimed> _claims = [];
    private readonly string? _wanted = terms.WantedBy(row.Name);

    /// <summary>How many events it knows of.</summary>
    public int Count => _fates.Count;

    /// <summary>The number of the last claim.</summary>
    public int LastClaim { get; private set; }

    public IEnumerable<Claimed> Claims => _claims.Values;

    public Claimed? Find(Guid token) => _claims.GetValueOrDefault(token);

    /// <summary>Whether its filter lets an event pass.</summary>
    public bool Wants(long offset) => _wanted is null || log.TypeOf(offset) == _wanted;

    public Fate Of(long offset)
    {
        while (_fates.Count <= offset)
            _fates.Add(new Fate());
        return _fates[(int)offset];
    }

    public Claimed Add(Guid node, Guid token, bool isSuspect)
    {
        var claim = new Claimed(++LastClaim, node, isSuspect);
        Check.That(_claims.TryAdd(token, claim), "R4", () => "a token was used twice");
        return claim;
    }

    public void Own(Claimed claim, long offset, int attempts)
    {
        var fate = Of(offset);
        Check.That(fate.Owner is null, "R4", () => $"{offset} was claimed while somebody had it");
        Check.That(!fate.IsConfirmed, "R6", () => $"{offset} was claimed though its ack was confirmed");
        Check.That(!fate.IsSettled, "R6", () => $"{offset} was claimed though group {row.Key.Subscription} was through with it");
        fate.Owner = claim;
        claim.Open.Add(offset, attempts);
    }

    public void Bury(long offset)
    {
        var fate = Of(offset);
        fate.IsSettled = true;
        fate.HasLetter |= fate.HasCopy || offset >= topic.Log.Floor;
    }

    public void Close(Claimed claim, long offset)
    {
        claim.Open.Remove(offset);
        Of(offset).Owner = null;
    }

    public void Lose(Claimed claim, string by)
    {
        var died = by == "taken over";
        foreach (var offset in claim.Open.Keys.ToArray())
        {
            var fate = Of(offset);
            fate.Owner = null;
            fate.DiedAtLast |= died && claim.HandOuts.TryGetValue(offset, out var last) && last.Attempt >= terms.Rules.Retry.MaxAttempts;
            if (row.Retries.Find(offset) is not null)
                continue;
            // Without a death it is buried only where it may have been out.
            Check.That(
                (died ? claim.IsSuspect : claim.HandOuts.Count > 0) && (fate.IsGone || claim.Open[offset] + 1 >= terms.Rules.Retry.MaxAttempts),
                "R3", () => $"{offset} did not come back from a claim that was lost ({by})");
            Bury(offset);
        }

        claim.Lose(world.Now, by);
    }
}
