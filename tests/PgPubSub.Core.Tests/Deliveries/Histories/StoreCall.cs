using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A call of the store that is under way.</summary>
/// <param name="Kind">What is called.</param>
/// <param name="Serve">Does it; what comes back is the reply's delivery.</param>
/// <param name="Fail">A failure's delivery.</param>
internal sealed record StoreCall(string Kind, Func<Action> Serve, Action<FaultKind> Fail);
