using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Tests;

/// <summary>How long what is under way gets when it is to end.</summary>
public sealed class InterruptionSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<string> _said = [];
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task What_ends_in_time_ends_with_its_own_exit_code()
    {
        using var interruption = new Interruption(Patience, _said.Add);
        var running = interruption.RunAsync(async stop =>
        {
            _begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Unknown;
        });
        await _begun.Task;

        interruption.Hear();

        Assert.Equal(ExitCode.Unknown, await running.WaitAsync(Patience));
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(3_600, 2)]
    public async Task What_does_not_end_is_ended_by_the_limit_or_by_a_second_signal(double limit, int signals)
    {
        var blocked = new ManualResetEventSlim();
        using var interruption = new Interruption(TimeSpan.FromSeconds(limit), _said.Add);
        var running = interruption.RunAsync(_ =>
        {
            _begun.SetResult();
            blocked.Wait(CancellationToken.None);
            return Task.FromResult(ExitCode.Done);
        });
        await _begun.Task;

        for (var i = 0; i < signals; i++)
            interruption.Hear();

        Assert.Equal(ExitCode.Interrupted, await running.WaitAsync(Patience));
        Assert.Equal("Ended while something was under way: whether it was done is not known.", _said[^1]);
        blocked.Set();
    }
}
