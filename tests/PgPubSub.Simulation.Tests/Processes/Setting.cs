using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Simulation.Tests.Databases;
using PgPubSub.Simulation.Tests.Journals;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>What all processes of a history share.</summary>
internal sealed record Setting(World World, Terms Terms, Database Database, Journal Journal, TopicId Topic, IReadOnlyList<GroupKey> Groups, Planted Plants)
{
    public const string TopicName = "orders";

    /// <summary>Whether no more harm is done: everything that can come to its end is to come to it.</summary>
    public bool IsCalm { get; set; }
}
