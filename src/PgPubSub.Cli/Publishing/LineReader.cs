using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Threading.Channels;
using PgPubSub.Cli.Events;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Waiting;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Publishing;

/// <summary>Reads JSON lines ahead of the publisher. Empty lines count for nothing; the first line that is wrong is the last that is read.</summary>
/// <param name="parse">Makes an event of a line.</param>
internal sealed class LineReader(Func<ReadOnlyMemory<byte>, NewEvent> parse)
{
    /// <summary>The longest line: what the largest payload takes as base64, and room for the rest.</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    private const int MostAhead = 2_000;
    private const long MostBytesAhead = 2L * MostBytes;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF]; // that Windows writes before UTF-8

    private readonly Channel<NumberedEvent> _lines = Channel.CreateBounded<NumberedEvent>(new BoundedChannelOptions(MostAhead) { SingleReader = true, SingleWriter = true });
    private readonly Signal _taken = new();
    private long _number, _position, _ahead;

    /// <summary>Waits for lines; false at their end. An input that can't be read ends them with a <see cref="CommandException"/>.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken stop) => _lines.Reader.WaitToReadAsync(stop);

    /// <summary>Takes the next line that has been read.</summary>
    public bool TryTake([NotNullWhen(true)] out NumberedEvent? line)
    {
        if (!_lines.Reader.TryRead(out line))
            return false;
        Interlocked.Add(ref _ahead, -Size(line));
        _taken.Set();
        return true;
    }

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
        while (Interlocked.Read(ref _ahead) > MostBytesAhead) // never where nothing is ahead
            await _taken.WaitAsync(Timeout.InfiniteTimeSpan, stop);
        Interlocked.Add(ref _ahead, Size(read));
        await _lines.Writer.WriteAsync(read, stop);
        return read.Problem is null;
    }

    private static long Size(NumberedEvent line) => line.Event?.Size ?? 0;

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
