using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A process's calls of the store: one of a kind at a time, and a reply of a time before the node lost its registration is dropped.</summary>
internal sealed class StoreLine(Action<Action> deliver)
{
    private readonly HashSet<(string Kind, int Epoch)> _underWay = [];

    public List<StoreCall> Calls { get; } = [];

    /// <summary>Counts the node's registrations.</summary>
    public int Epoch { get; set; }

    public bool IsUnderWay(string kind) => _underWay.Contains((kind, Epoch));

    public void Call<T>(string kind, Func<T> serve, Action<T> replied, Action<FaultKind> failed)
    {
        var key = (kind, Epoch);
        Assert.True(_underWay.Add(key), $"two calls at once: {kind}");
        Calls.Add(new StoreCall(
            kind,
            () =>
            {
                var result = serve();
                return () => Answered(() => replied(result));
            },
            fault => Answered(() => failed(fault))));

        void Answered(Action answer)
        {
            _underWay.Remove(key);
            if (key.Epoch == Epoch)
                deliver(answer);
        }
    }
}
