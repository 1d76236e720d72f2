using PgPubSubWorker.Orders;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddOrders(options => options.ConnectionStringName = "Orders");
builder.Services.AddHostedService<OrderDesk>();
await builder.Build().RunAsync();
