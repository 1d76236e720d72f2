using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Streams;

namespace PgPubSub.Samples.Tests.Streams;

internal static class Groups
{
    public static (ISourceControl, Task) Commit(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: commit
        var (control, done) = PgPubSubSource.Group<OrderPlaced>(system, "orders", "billing")
            .SelectAsync(8, async order =>
            {
                await app.WriteAsync(order.Value);
                return order;
            })
            .ToMaterialized(PgPubSubSink.Commit<Committable<OrderPlaced>>(system), Keep.Both)
            .Run(materializer);
        // end
        return (control, done);
    }

    public static async Task BatchesAsync(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: batches
        await PgPubSubSource.Group<OrderPlaced>(system, "orders", "ledger")
            .GroupedWithin(100, TimeSpan.FromMilliseconds(50))
            .SelectAsync(1, async orders =>
            {
                await app.WriteAsync(orders.Select(order => order.Value)); // in one transaction
                return orders;
            })
            .SelectMany(orders => orders)
            .RunWith(PgPubSubSink.Commit<Committable<OrderPlaced>>(system), materializer);
        // end
    }

    public static async Task ContextAsync(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: context
        await PgPubSubSource.GroupWithContext<OrderPlaced>(system, "orders", "shipping")
            .Where(order => order.Total > 0) // what is dropped counts as handled
            .SelectConcat(app.ParcelsOf) // the order is committed with the last of its parcels
            .SelectAsync(4, app.PackAsync)
            .RunWith(PgPubSubSink.CommitWithContext<Parcel>(system), materializer);
        // end
    }

    public static async Task ByKeyAsync(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: by-key
        await PgPubSubSource.GroupByKey<OrderPlaced>(system, "orders", "stock", parallelism: 16)
            .SelectAsyncUnordered(16, async order =>
            {
                await app.WriteAsync(order.Value);
                return order;
            })
            .RunWith(PgPubSubSink.Commit<Committable<OrderPlaced>>(system), materializer);
        // end
    }

    public static async Task RefuseAsync(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: refuse
        await PgPubSubSource.Group<OrderPlaced>(system, "orders", "payments")
            .SelectAsync(8, async order =>
            {
                try
                {
                    await app.WriteAsync(order.Value);
                }
                catch (HttpRequestException)
                {
                    order.Handle.Nack("the bank is away", TimeSpan.FromSeconds(30)); // without a delay, the group's back-off
                }
                catch (FormatException)
                {
                    order.Handle.DeadLetter("the order names no account");
                }

                return order; // a committer passes over what was answered
            })
            .RunWith(PgPubSubSink.Commit<Committable<OrderPlaced>>(system), materializer);
        // end
    }

    public static async Task WithoutHandlesAsync(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: auto
        await PgPubSubSource.GroupAuto<OrderPlaced>(system, "orders", "mail")
            .RunForeach(order => app.Send(order.Value), materializer);
        // end

        // snippet: at-most-once
        await PgPubSubSource.GroupAtMostOnce<OrderPlaced>(system, "orders", "gauges")
            .RunForeach(order => app.Send(order.Value), materializer);
        // end
    }
}
