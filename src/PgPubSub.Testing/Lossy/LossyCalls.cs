using System.Runtime.CompilerServices;
using PgPubSub.Core.Faults;

namespace PgPubSub.Testing.Lossy;

/// <summary>Makes calls as a plan says. What is told of a lost one is what PostgreSQL's store tells of a lost connection: of a read that nothing was done, of a write that nobody knows.</summary>
internal sealed class LossyCalls(LossyPlan plan)
{
    private static readonly Loss[] OfReads = [Loss.Unsent, Loss.AnswerLost, Loss.Delayed];
    private static readonly Loss[] OfWrites = [Loss.Unsent, Loss.RequestLost, Loss.AnswerLost, Loss.Delayed];

    public Task<T> ReadAsync<T>(Func<Task<T>> call, CancellationToken stop, [CallerMemberName] string operation = "") =>
        RunAsync(call, OfReads, Repeat.Never, FaultKind.Transient, operation, stop);

    /// <summary>A write. One that bears what it acts for, so that it changes nothing once that is over, may arrive late.</summary>
    public Task<T> WriteAsync<T>(Func<Task<T>> call, Repeat repeat, bool late = false, CancellationToken stop = default, [CallerMemberName] string operation = "")
    {
        Loss[] possible = [.. OfWrites, .. repeat is Repeat.Never ? Array.Empty<Loss>() : [Loss.Repeated], .. late ? [Loss.Late] : Array.Empty<Loss>()];
        return RunAsync(call, possible, repeat, FaultKind.Unknown, operation, stop);
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<Task> call, Repeat repeat, bool late = false, CancellationToken stop = default, [CallerMemberName] string operation = "") =>
        WriteAsync(Answered(call), repeat, late, stop, operation);

    public static Func<Task<bool>> Answered(Func<Task> call) => async () =>
    {
        await call();
        return true;
    };

    private async Task<T> RunAsync<T>(Func<Task<T>> call, Loss[] possible, Repeat repeat, FaultKind lost, string operation, CancellationToken stop)
    {
        var outage = plan.Outage;
        var fate = plan.Draw(operation, outage.IsCancellationRequested ? [] : possible);
        if (outage.IsCancellationRequested)
        {
            plan.Note(operation, Loss.Outage);
            throw Lost(fate.Before ? FaultKind.Transient : lost); // a write on a connection that nobody knows to be dead is unknown
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(outage, stop);
        try
        {
            return await RunAsync(call, fate, repeat, lost, over.Token);
        }
        catch (OperationCanceledException) when (outage.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            plan.Note(operation, Loss.Outage);
            throw Lost(lost);
        }
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> call, Fate fate, Repeat repeat, FaultKind lost, CancellationToken over)
    {
        switch (fate.Loss)
        {
            case Loss.Unsent:
                throw Lost(FaultKind.Transient);
            case Loss.RequestLost:
                throw Lost(lost);
            case Loss.AnswerLost:
                await TryAsync(call, over);
                throw Lost(lost);
            case Loss.Late:
                plan.AddLate(ArriveAsync(call, fate.Lateness, plan.Outage));
                throw Lost(lost);
            case Loss.Delayed when fate.Before:
                await plan.PauseAsync(fate.Delay, over);
                return await AnswerAsync(call(), over);
            case Loss.Delayed:
                var answer = await AnswerAsync(call(), over);
                await plan.PauseAsync(fate.Delay, over);
                return answer;
            case Loss.Repeated when repeat is Repeat.AnsweredFirst:
                var first = await AnswerAsync(call(), over);
                await TryAsync(call, over);
                return first;
            case Loss.Repeated:
                await TryAsync(call, over);
                return await AnswerAsync(call(), over);
            default:
                return await AnswerAsync(call(), over);
        }
    }

    // In an outage nobody waits for the answer any more; what becomes of the call is the store's own affair.
    private static async Task<T> AnswerAsync<T>(Task<T> call, CancellationToken over)
    {
        try
        {
            return await call.WaitAsync(over);
        }
        catch (OperationCanceledException) when (!call.IsCompleted)
        {
            _ = call.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    // Nobody hears the answer, so that it may as well be a refusal.
    private static async Task TryAsync<T>(Func<Task<T>> call, CancellationToken over)
    {
        try
        {
            await AnswerAsync(call(), over);
        }
        catch (StoreException)
        {
        }
    }

    private async Task ArriveAsync<T>(Func<Task<T>> call, TimeSpan lateness, CancellationToken outage)
    {
        try
        {
            await plan.PauseAsync(lateness, outage);
            await TryAsync(call, outage);
        }
        catch (OperationCanceledException)
        {
            // What was on its way when the store went away never arrives.
        }
    }

    public static StoreException Lost(FaultKind kind) =>
        new(kind, kind is FaultKind.Unknown ? "The connection was lost, as planned: it may have been done or not." : "The connection was lost, as planned.");
}
