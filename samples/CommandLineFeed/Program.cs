using CommandLineFeed;
using PgPubSub.Samples.Shared.Programs;

return await Run.AsProgramAsync(
    async stop => args is ["--help" or "-h"] ? Run.ShowUsage(Options.Usage) : await Feed.RunAsync(Options.Parse(args), stop),
    Options.Usage);
