using Akka.TestKit;

namespace PgPubSub.Actors.Tests;

/// <summary>What probes have got so far.</summary>
internal static class Probes
{
    /// <summary>Takes all that has arrived, without waiting for more.</summary>
    public static List<object> TakeAll(this TestProbe probe)
    {
        var all = new List<object>();
        while (probe.HasMessages)
            all.Add(probe.ReceiveOne(TimeSpan.Zero));
        return all;
    }
}
