using PgPubSub.MicroBenchmarks;

// What a message costs in the code that every message runs through, without actors and without a database.
return args switch
{
    [] => Measurement.Run(smoke: false),
    ["--smoke"] => Measurement.Run(smoke: true),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: PgPubSub.MicroBenchmarks            measures; wants a Release build\n       PgPubSub.MicroBenchmarks --smoke    runs each benchmark once: its figures mean nothing");
    return 64;
}
