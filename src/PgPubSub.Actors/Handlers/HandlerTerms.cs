namespace PgPubSub.Actors.Handlers;

/// <summary>The options of a handler, immutable and known to be valid.</summary>
internal sealed record HandlerTerms(Subscribe Subscribe, Settlement Settlement, UnhandledType OnUnhandledType);
