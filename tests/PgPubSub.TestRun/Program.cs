using PgPubSub.TestRun;

// What ./test needs beside `dotnet test`: one server around all projects, and one sum of their results.
return args switch
{
    ["serve", "--", .. { Length: > 0 } command] => await Serve.RunAsync(command),
    ["sum", var folder] => Sum.Run(folder),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: serve -- COMMAND [ARGUMENT...]   runs COMMAND with PGPUBSUB_CONNECTION set to a server that is there as long\n       sum FOLDER                         adds up the .trx files in FOLDER");
    return 64;
}
