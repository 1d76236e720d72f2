using PgPubSub.Core.Deliveries;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>Somebody who wants to hear, once, what became of an answer.</summary>
internal sealed class Asker(Action committed)
{
    public bool IsAnswered { get; private set; }

    public void Hear(AnswerOutcome outcome)
    {
        Assert.False(IsAnswered, "an asker was answered twice");
        IsAnswered = true;
        if (outcome is AnswerOutcome.Committed)
            committed();
    }
}
