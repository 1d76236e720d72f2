using Akka.Actor;
using PgPubSub.Core.Faults;

namespace PgPubSub.Actors;

/// <summary>Brings the outcome of a store's call home as a message.</summary>
internal static class Faults
{
    public static void Pipe<T>(this Task<T> call, IActorRef self, Func<T, object> success, Func<FaultKind, string, object> failure) =>
        call.PipeTo(self, self, success, e => failure(KindOf(e), e is StoreException ? e.Message : e.GetType().Name));

    public static void Pipe(this Task call, IActorRef self, Func<object> success, Func<FaultKind, string, object> failure) =>
        call.PipeTo(self, self, success, e => failure(KindOf(e), e is StoreException ? e.Message : e.GetType().Name));

    // What is not a store's fault was not foreseen: whether the call was carried out is then not known either.
    private static FaultKind KindOf(Exception failure) => failure is StoreException known ? known.Kind : FaultKind.Unknown;
}
