using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>The check of one aspect of an instance. It never throws, since an exception's text might quote data.</summary>
internal sealed class AspectCheck(Aspect aspect, HealthProbe probe, ActorSystem? system) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var verdict = await JudgeAsync(cancellationToken);
        // Whoever registered the check may have said what a failure counts as.
        return new HealthCheckResult(verdict.Status is HealthStatus.Unhealthy ? context.Registration.FailureStatus : verdict.Status, verdict.What, exception: null, verdict.Facts);
    }

    private async Task<Verdict> JudgeAsync(CancellationToken stop)
    {
        try
        {
            return await probe.LookAsync(system, stop) is var seen && seen.Problem is { } problem ? Verdict.Unhealthy(problem) : aspect.Judge(seen, probe.Options);
        }
        catch (OperationCanceledException)
        {
            return Verdict.Unhealthy("Whoever asked did not wait for the answer.");
        }
#pragma warning disable CA1031 // a check that throws would put the exception's text into a report
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Verdict.Unhealthy($"The check failed by a bug of its own ({e.GetType().Name}); please report it.");
        }
    }
}
