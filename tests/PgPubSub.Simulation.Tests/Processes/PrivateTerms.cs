using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>What a private subscriber asks for.</summary>
/// <param name="Name">Its name, which no other has.</param>
/// <param name="From">Where it begins.</param>
/// <param name="Wanted">The one type that its filter lets pass; null where it wants every event.</param>
/// <param name="Window">The most unanswered deliveries that it holds.</param>
internal sealed record PrivateTerms(string Name, StartFrom From, string? Wanted, int Window);
