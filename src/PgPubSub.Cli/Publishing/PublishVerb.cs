using System.CommandLine;
using System.Text;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Events;
using PgPubSub.Cli.Input;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Publishing;

/// <summary>Publishes an argument, or JSON lines of a file or of standard input.</summary>
internal static class PublishVerb
{
    public static Command Create()
    {
        var topic = Verb.Topic();
        var data = new Argument<string?>("data") { Description = "One event's data, as JSON; without it, JSON lines are read", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--file") { Description = "Publish the lines of a file; else those of standard input", HelpName = "path" };
        var envelope = new Option<bool>("--envelope") { Description = "Each line is an event as 'tail --json' prints it, not its data alone" };
        var type = new Option<string?>("--type") { Description = "The events' type [default: event]", HelpName = "name" };
        var key = new Option<string?>("--key") { Description = "The events' key", HelpName = "key" };
        var header = new Option<string[]>("--header") { Description = "A header of the events; may be given again", HelpName = "name=value" };
        var create = new Option<bool>("--create") { Description = "Make the topic where it is not there" };
        var command = new Command("publish", "Publishes an event, or the JSON lines of a file or of standard input.") { topic, data, file, envelope, type, key, header, create };
        return command.Does(async run =>
        {
            Invocation.Require(run.Get(data) is not null && run.Get(file) is not null ? "Data and --file exclude each other." : null);
            var parse = Parser(run.Get(envelope), run.Get(type), run.Get(key), run.Get(header));
            await using var input = run.Get(data) is { } text ? Argument(text, parse) : run.Get(file) is { } path ? Open(path) : Console.OpenStandardInput();
            var name = run.Get(topic);
            await PublishAsync(run, name, run.Get(create) ? await run.EnsureTopicAsync(name) : Place(await run.TopicAsync(name)), input, parse);
            return ExitCode.Done;
        });
    }

    private static async Task PublishAsync(Invocation run, string name, TopicState topic, Stream input, Func<ReadOnlyMemory<byte>, NewEvent> parse)
    {
        var (reader, publisher) = (new LineReader(parse), new TopicPublisher(run.Store.Log, run.Store.Wakeups, name, topic, TimeProvider.System));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
        _ = reader.RunAsync(input, over.Token); // its end and its failures come with its lines
        LinePublisher? lines = null;
        try
        {
            await ProgressBar.RunAsync(input is FileStream { CanSeek: true } file ? file.Length : null, progress => (lines = new LinePublisher(publisher, reader, progress)).RunAsync(run.Stop));
        }
        finally
        {
            await over.CancelAsync();
            if (lines is { Published: > 0 }) // it is published, whatever ended the rest
                await publisher.TellLastAsync();
            if (lines is not null && (lines.Published > 0 || !(lines.IsDoubtful || run.Stop.IsCancellationRequested))) // "nothing" is said only where it is known
                Say(run, name, lines);
        }
    }

    private static void Say(Invocation run, string topic, LinePublisher lines) => run.Report.One(
        new { Topic = topic, lines.Published, FirstOffset = lines.First, LastOffset = lines.Last },
        lines.Published == 0 ? "Nothing was published." : $"Published {Texts.Number(lines.Published)} to topic '{topic}', offsets {lines.First} to {lines.Last}.");

    private static Func<ReadOnlyMemory<byte>, NewEvent> Parser(bool envelope, string? type, string? key, string[]? headers)
    {
        if (envelope && (type is not null || key is not null || headers is { Length: > 0 }))
            throw CommandException.Usage("--envelope excludes --type, --key and --header: each line has its own.");
        if (envelope)
            return EventLine.Event;
        Invocation.Require(NameRule.Problem("type", type ?? "event") ?? (key is null ? null : NameRule.Problem("key", key)));
        var defaults = new LineDefaults(type ?? "event", key, Headers(headers ?? []));
        return line => EventLine.Data(line, defaults);
    }

    private static ReadOnlyMemory<byte>? Headers(string[] headers)
    {
        try
        {
            return EventLine.Headers(NamedValue.Parse("--header", headers));
        }
        catch (LineException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }

    // One document, also where it has line breaks.
    private static MemoryStream Argument(string text, Func<ReadOnlyMemory<byte>, NewEvent> parse)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            parse(bytes);
        }
        catch (LineException e)
        {
            throw CommandException.Usage($"The data can't be published: {e.Message}");
        }

        return new MemoryStream(bytes.Select(one => one is (byte)'\n' or (byte)'\r' ? (byte)' ' : one).ToArray());
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandException.Usage($"There is no file {path}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.Usage($"{path} can't be read.");
        }
    }

    private static TopicState Place(TopicStatus topic) => new(topic.Id, topic.Floor, topic.Tail);
}
