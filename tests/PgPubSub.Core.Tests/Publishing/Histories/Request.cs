using PgPubSub.Core.Publishing;

namespace PgPubSub.Core.Tests.Publishing.Histories;

/// <summary>What a sender asked for, and what it was answered.</summary>
internal sealed class Request(int sender, int number)
{
    public int Sender => sender;

    public int Number => number;

    public PublishUnit Unit { get; private set; } = null!;

    public long? First { get; set; }

    public bool? CanRetry { get; set; }

    public bool IsAnswered => First is not null || CanRetry is not null;

    public static Request Of(int sender, int number, Random random)
    {
        var request = new Request(sender, number);
        var events = random.Next(4) == 0 ? random.Next(1, 20) : 1;
        request.Unit = new PublishUnit([.. Enumerable.Range(0, events).Select(_ => Events.New(random.Next(1, 60)))], request);
        return request;
    }

    /// <summary>R2. An event that was not confirmed and can't be sent again may be there or not, but only once.</summary>
    public void Check(TopicLog log)
    {
        foreach (var e in Unit.Events)
        {
            if (First is not null)
                Assert.Equal(1, log.Times(e.Id));
            else
                Assert.InRange(log.Times(e.Id), 0, CanRetry is true ? 0 : 1);
        }
    }
}
