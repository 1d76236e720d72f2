using PgPubSub.Samples.Shared.Programs;
using WebShop;

// A shop on the web:
//
//   POST /orders                  OrdersController publishes OrderPlaced to the topic "orders"
//                                 group "billing":  BillingHandler charges the bank
//                                 group "shipping": ShippingHandler packs a parcel
//   GET  /orders/{number}         what the handlers did of it
//   PUT  /bank  {"open":false}    the bank closes: billing fails, and after three attempts the order is a dead letter
//   GET  /dead-letters            ... which is seen here
//   POST /dead-letters/redrive    ... and handled again from here, once the bank is open
//   GET  /health                  the health checks
//
// Traces and metrics go to where OTEL_EXPORTER_OTLP_ENDPOINT points, if it is set. With --role the shop and its handlers run as processes of their own.
return await Run.AsProgramAsync(
    async stop => CommandLine.Parse(args) is { } options ? await Shop.RunAsync(options, stop) : Run.ShowUsage(CommandLine.Usage),
    CommandLine.Usage);
