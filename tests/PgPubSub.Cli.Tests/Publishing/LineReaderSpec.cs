using System.Text;
using PgPubSub.Cli.Publishing;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tests.Publishing;

public sealed class LineReaderSpec
{
    [Fact]
    public async Task It_reads_ahead_by_bytes_too_so_that_large_lines_do_not_fill_the_memory()
    {
        const int lineBytes = LineReader.MostBytes / 4, lines = 40;
        var (reader, read) = (new LineReader(line => new NewEvent(Guid.CreateVersion7(), "t", null, line, null, null)), 0);
        await using var input = new Lines(lineBytes, lines);
        var reading = reader.RunAsync(input, CancellationToken.None);
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(3))); // nobody takes anything: it must not come to its end
        Assert.False(reading.IsCompleted);

        while (await reader.WaitAsync(CancellationToken.None))
        {
            while (reader.TryTake(out var line))
            {
                read++;
                Assert.True(input.Given - ((long)read * lineBytes) < 4L * LineReader.MostBytes, $"{input.Given} bytes were read when {read} lines were taken");
                Assert.Equal(lineBytes - 1, line.Event!.Data.Length);
            }
        }

        await reading;
        Assert.Equal(lines, read);
    }

    // Lines of one length, made as they are read.
    private sealed class Lines(int bytes, int count) : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var most = (int)Math.Min(buffer.Length, ((long)bytes * count) - Given);
            for (var i = 0; i < most; i++)
                buffer[i] = (byte)((Given + i) % bytes == bytes - 1 ? '\n' : '1');
            Given += most;
            return most;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
