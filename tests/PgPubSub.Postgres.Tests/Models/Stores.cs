using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;
using PgPubSub.InMemory.DeadLetters;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Log;
using PgPubSub.InMemory.Nodes;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>The stores of one connection.</summary>
internal sealed record Stores(
    ILogStore Log, ITopicStore Topics, ISubscriptionStore Subscriptions, IDeliveryStore Deliveries, IDeadLetterStore DeadLetters, INodeStore Nodes, AppendTogether Together)
{
    public static Stores Of(PostgresStore store, AppendTogether together) =>
        new(store.Log, store.Topics, store.Subscriptions, store.Deliveries, store.DeadLetters, store.Nodes, together);

    public static Stores Of(Memory memory)
    {
        var log = new InMemoryLog(memory);
        return new Stores(
            log, new InMemoryTopics(memory), new InMemorySubscriptions(memory), new InMemoryDeliveries(memory), new InMemoryDeadLetters(memory), new InMemoryNodes(memory),
            async appends =>
            {
                var outcomes = new List<string>();
                foreach (var (topic, known, events) in appends)
                    outcomes.Add(await TellAsync(async () => $"{(await log.AppendAsync(topic, known, events)).First}"));
                return string.Join(" and ", outcomes);
            });
    }

    /// <summary>Runs a call and tells its answer or its fault.</summary>
    public static async Task<string> TellAsync(Func<Task<string>> call)
    {
        try
        {
            return await call();
        }
        catch (StoreException fault)
        {
            return Fault(fault.Kind);
        }
    }

    public static string Fault(FaultKind kind) => $"fault {kind}";
}

/// <summary>Appends of several topics in one transaction, in the order of their topics.</summary>
internal delegate Task<string> AppendTogether(IReadOnlyList<(TopicId Topic, long Known, IReadOnlyList<NewEvent> Events)> appends);
