namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>Everybody who ever wanted to hear.</summary>
internal sealed class AskerList
{
    private readonly List<Asker> _all = [];

    public bool AreAnswered => _all.TrueForAll(asker => asker.IsAnswered);

    public Asker? Of(bool confirm, Action committed)
    {
        if (!confirm)
            return null;
        _all.Add(new Asker(committed));
        return _all[^1];
    }
}
