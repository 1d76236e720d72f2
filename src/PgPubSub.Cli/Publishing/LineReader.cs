using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using PgPubSub.Cli.Events;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Publishing;

/// <summary>Reads JSON lines ahead of the publisher. Empty lines count for nothing; the first line that is wrong is the last that is read.</summary>
/// <param name="parse">Makes an event of a line.</param>
internal sealed class LineReader(Func<ReadOnlyMemory<byte>, NewEvent> parse)
{
    /// <summary>The longest line: what the largest payload takes as base64, and room for the rest.</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    private const int MostAhead = 2_000;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF]; // that Windows writes before UTF-8

    private readonly Channel<NumberedEvent> _lines = Channel.CreateBounded<NumberedEvent>(new BoundedChannelOptions(MostAhead) { SingleReader = true, SingleWriter = true });
    private long _number, _position;

    /// <summary>The lines, in order; an input that can't be read ends them with a <see cref="CommandException"/>.</summary>
    public ChannelReader<NumberedEvent> Lines => _lines.Reader;

    /// <summary>Reads to the end of the input, to its first wrong line, or until it is stopped.</summary>
    public async Task RunAsync(Stream input, CancellationToken stop)
    {
        try
        {
            await ReadAsync(PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024)), stop);
            _lines.Writer.Complete();
        }
        catch (Exception e)
        {
            _lines.Writer.Complete(e is IOException or UnauthorizedAccessException ? new CommandException(ExitCode.Found, "The input can't be read any further.") : e);
        }
    }

    private async Task ReadAsync(PipeReader pipe, CancellationToken stop)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(stop);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                if (!await TakeAsync(rest.Slice(0, end), newline: 1, stop))
                    return;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (rest.Length > MostBytes || read.IsCompleted)
            {
                if (rest.Length > 0)
                    await TakeAsync(rest, newline: 0, stop);
                return;
            }

            pipe.AdvanceTo(rest.Start, rest.End);
        }
    }

    private async Task<bool> TakeAsync(ReadOnlySequence<byte> line, int newline, CancellationToken stop)
    {
        _position += line.Length + newline;
        var read = Parse(line.Length > MostBytes ? null : line.ToArray(), ++_number);
        if (read is null)
            return true;
        await _lines.Writer.WriteAsync(read, stop);
        return read.Problem is null;
    }

    private NumberedEvent? Parse(byte[]? bytes, long number)
    {
        if (bytes is null)
            return new NumberedEvent(number, null, $"It is longer than {MostBytes} bytes.", _position);
        ReadOnlyMemory<byte> line = bytes.AsMemory().TrimEnd((byte)'\r');
        if (number == 1 && line.Span.StartsWith(Mark))
            line = line[Mark.Length..];
        if (!line.Span.ContainsAnyExcept(" \t"u8))
            return null;
        try
        {
            return new NumberedEvent(number, parse(line), null, _position);
        }
        catch (LineException e)
        {
            return new NumberedEvent(number, null, e.Message, _position);
        }
    }
}
