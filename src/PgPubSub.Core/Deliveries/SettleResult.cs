namespace PgPubSub.Core.Deliveries;

/// <summary>Which settlements still held; those that did not had lost their lease and changed nothing.</summary>
/// <param name="Leases">For each lease settlement, in order, whether the lease was held.</param>
/// <param name="Retries">For each retry settlement, in order, whether the claim was held.</param>
public sealed record SettleResult(IReadOnlyList<bool> Leases, IReadOnlyList<bool> Retries);
