using Akka.Actor;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>Handles nothing, so that Akka logs what it is sent.</summary>
internal sealed class Deaf : ReceiveActor;
