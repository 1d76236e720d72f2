namespace PgPubSub.Chaos.Checks;

/// <summary>Puts the evidence to every rule.</summary>
internal static class Checker
{
    public static IReadOnlyList<(string Name, Func<Evidence, IEnumerable<string>> Breaches)> Rules { get; } =
    [
        (nameof(PublishRules.ConfirmedIsThere), PublishRules.ConfirmedIsThere),
        (nameof(PublishRules.StoredOnce), PublishRules.StoredOnce),
        (nameof(PublishRules.StoredWasSent), PublishRules.StoredWasSent),
        (nameof(PublishRules.RejectedIsNotThere), PublishRules.RejectedIsNotThere),
        (nameof(PublishRules.Gapless), PublishRules.Gapless),
        (nameof(DeliveryRules.Handled), DeliveryRules.Handled),
        (nameof(DeliveryRules.HandedOutIsThere), DeliveryRules.HandedOutIsThere),
        (nameof(DeliveryRules.AttemptsRise), DeliveryRules.AttemptsRise),
        (nameof(DeliveryRules.Explained), DeliveryRules.Explained),
        (nameof(DeliveryRules.ConfirmedIsOver), DeliveryRules.ConfirmedIsOver),
        (nameof(DeliveryRules.AttemptsEnd), DeliveryRules.AttemptsEnd),
        (nameof(DeliveryRules.DeadOnce), DeliveryRules.DeadOnce),
        (nameof(DeliveryRules.Finished), DeliveryRules.Finished),
        (nameof(NodeRules.NobodyDies), NodeRules.NobodyDies),
    ];

    /// <summary>Every breach as a sentence that begins with its rule; none where all is well.</summary>
    public static IReadOnlyList<string> Check(Evidence evidence) =>
        [.. Rules.SelectMany(rule => rule.Breaches(evidence).Select(breach => $"{rule.Name}: {breach}"))];
}
