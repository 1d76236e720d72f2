using PgPubSub.Samples.Shared.Programs;
using StreamPipelines;

// Three streams over one topic, in one process:
//
//   Publishing   the commits of a Git history -> PgPubSubSink.Publish
//   Statistics   PgPubSubSource.FromEarliest -> who wrote the last N commits, printed as they come
//   Projection   PgPubSubSource.Group -> a table with a row for each author -> PgPubSubSink.Commit
//
// The projection fails once between its table and its commit, is stopped once in order, and is started again each time. An event that comes again changes nothing, since the
// table's rows and the offsets that they come from are written in one transaction. At the end the table and the statistic are compared with a plain count over the input: the
// exit code is 0 only where all are equal. The last line of standard output is the summary.
return await Run.AsProgramAsync(
    async stop => CommandLine.Parse(args) is { } options ? await Demonstration.RunAsync(options, stop) : Run.ShowUsage(CommandLine.Usage),
    CommandLine.Usage);
