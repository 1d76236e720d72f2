using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Simulation.Tests.Plants;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The store's calls for one private subscriber; what an actor asked that crashed meanwhile is not listened to.</summary>
internal sealed class PrivateCalls(Process process, PrivateSubscriber subscriber)
{
    private Backoff _opening = Backoff.OfStore();
    private int _life;

    /// <summary>Its actor is no more.</summary>
    public void Forget()
    {
        _life++;
        _opening = Backoff.OfStore();
    }

    /// <summary>The mark is committed before the position counts: from then on retention spares what is not read yet.</summary>
    public void Open()
    {
        subscriber.Journal.Asks();
        if (process.Node.Id is not { } node)
        {
            Retry();
            return;
        }

        Send("open topic", () => process.Database.Log.EnsureTopicAsync(Setting.TopicName, process.Terms.Retention, CancellationToken.None), topic => Locate(node, topic.Tail), Retry);
    }

    public void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.Read e:
                Read(e.From, e.Most);
                break;
            case DeliveryEffect.Verify e:
                Look(e.From, e.Most);
                break;
            case DeliveryEffect.Bury e:
                Bury(e.Failure);
                break;
        }
    }

    private void Locate(Guid node, long tail) => Send(
        "locate",
        () => process.Database.Log.LocateAsync(process.Setting.Topic, subscriber.Asked.From, CancellationToken.None),
        position =>
        {
            process.Marks.Set(subscriber, position);
            if (process.Setting.Plants.Is(Plant.MarkNotAwaited))
            {
                subscriber.Begin(node, position, tail);
                return;
            }

            var life = _life;
            process.Marks.Write(
                node,
                floor =>
                {
                    if (life == _life)
                        subscriber.Begin(node, Math.Max(position, floor ?? 0), tail);
                },
                () =>
                {
                    if (life == _life)
                        Retry();
                });
        },
        Retry);

    private void Retry()
    {
        var (now, life) = (process.Now, _life);
        _opening.Fail(now);
        process.After(_opening.Until!.Value - now, () =>
        {
            if (life == _life)
                Open();
        });
    }

    private void Read(long from, int most)
    {
        if (process.Reader.Recent.Find(process.Setting.Topic, from) is { } recent)
        {
            var life = _life;
            process.World.Met(Hazard.RecentPage);
            process.Post(() =>
            {
                if (life == _life)
                    subscriber.PageRead(from, recent);
            });
            return;
        }

        process.World.Met(Hazard.PageOfItsOwn);
        Send(
            $"read from {from}",
            () => process.Database.Log.ReadAsync(process.Setting.Topic, from, most, process.Terms.PageBytes, CancellationToken.None),
            page => subscriber.PageRead(from, page),
            () => subscriber.Step((machine, now) => machine.ReadFailed(now)));
    }

    private void Look(long from, int most)
    {
        process.World.Met(Hazard.LookBack);
        Send(
            $"look back to {from}",
            () => process.Database.Log.ReadAsync(process.Setting.Topic, from, most, process.Terms.PageBytes, CancellationToken.None),
            page => Send(
                "find topic",
                () => process.Database.Log.FindTopicAsync(Setting.TopicName, CancellationToken.None),
                topic => subscriber.Step((machine, now) => machine.Verified(topic!.Value.Floor, topic.Value.Tail, page, now)),
                () => subscriber.Step((machine, now) => machine.VerifyFailed(now))),
            () => subscriber.Step((machine, now) => machine.VerifyFailed(now)));
    }

    private void Bury(Failure failure)
    {
        var journal = subscriber.Journal;
        Send(
            $"bury {failure.Offset}",
            async () =>
            {
                await process.Database.Deliveries.BuryPrivateAsync(process.Setting.Topic, subscriber.Asked.Name, failure);
                journal.Buried(failure.Offset);
                return true;
            },
            _ => subscriber.Step((machine, now) => machine.Buried(now)),
            () => subscriber.Step((machine, now) => machine.BuryFailed(now)));
    }

    private void Send<T>(string name, Func<Task<T>> run, Action<T> answered, Action failed)
    {
        var life = _life;
        process.Send(
            process.World.Trace is null ? "" : $"{name} for {subscriber.Asked.Name}",
            null,
            run,
            null,
            result =>
            {
                if (life == _life)
                    answered(result);
            },
            _ =>
            {
                if (life == _life)
                    failed();
            });
    }
}
