namespace PgPubSub.Cli.Top;

/// <summary>A line of the screen.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Emphasis">How it stands out.</param>
internal sealed record Line(string Text, Emphasis Emphasis = Emphasis.None);

/// <summary>How a line stands out.</summary>
internal enum Emphasis
{
    None,
    Strong,
    Weak,
    Alarm,
}
