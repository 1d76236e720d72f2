namespace PgPubSub.Testing.Lossy;

/// <summary>How likely each loss is for one call, from 0 to 1 each and together. A loss that is not for a kind of call does not strike it.</summary>
public sealed record LossRates
{
    /// <summary>Nothing is lost.</summary>
    public static LossRates None { get; } = new();

    /// <summary>About a call in five meets with something.</summary>
    public static LossRates Some { get; } = new() { Unsent = 0.02, RequestLost = 0.02, AnswerLost = 0.04, Late = 0.02, Delayed = 0.06, Repeated = 0.04 };

    /// <summary>How often <see cref="Loss.Unsent"/> strikes.</summary>
    public double Unsent { get; init; }

    /// <summary>How often <see cref="Loss.RequestLost"/> strikes.</summary>
    public double RequestLost { get; init; }

    /// <summary>How often <see cref="Loss.AnswerLost"/> strikes.</summary>
    public double AnswerLost { get; init; }

    /// <summary>How often <see cref="Loss.Late"/> strikes.</summary>
    public double Late { get; init; }

    /// <summary>How often <see cref="Loss.Delayed"/> strikes.</summary>
    public double Delayed { get; init; }

    /// <summary>How often <see cref="Loss.Repeated"/> strikes.</summary>
    public double Repeated { get; init; }

    /// <summary>The longest delay of a call or its answer.</summary>
    /// <value>The default is 20 ms.</value>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest time that a late write is on its way: long enough to be overtaken by its own repetition.</summary>
    /// <value>The default is 200 ms.</value>
    public TimeSpan LongestLateness { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Which loss a draw between 0 and 1 means.</summary>
    internal Loss? At(double draw)
    {
        ReadOnlySpan<(Loss Loss, double Rate)> rates =
        [
            (Loss.Unsent, Unsent), (Loss.RequestLost, RequestLost), (Loss.AnswerLost, AnswerLost), (Loss.Late, Late), (Loss.Delayed, Delayed), (Loss.Repeated, Repeated),
        ];
        foreach (var (loss, rate) in rates)
        {
            if ((draw -= rate) < 0)
                return loss;
        }

        return null;
    }
}
