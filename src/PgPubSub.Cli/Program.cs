using PgPubSub.Cli;

return await CommandLine.RunAsync(args);
