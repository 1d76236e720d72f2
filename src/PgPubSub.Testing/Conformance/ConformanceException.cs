namespace PgPubSub.Testing.Conformance;

/// <summary>A store broke a promise; the message names the rule and the check, and says what was expected and what came.</summary>
public sealed class ConformanceException : Exception
{
    internal ConformanceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
