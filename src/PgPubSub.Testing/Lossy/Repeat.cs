namespace PgPubSub.Testing.Lossy;

/// <summary>Whether a write may reach the store twice in a row, and which answer its caller may then get.</summary>
internal enum Repeat
{
    /// <summary>The contract says that each call is a new one.</summary>
    Never,

    /// <summary>The second one may tell less than there is to tell: its caller gets the first answer, and only one that was cut off asks again.</summary>
    AnsweredFirst,

    /// <summary>Both answers mean the same.</summary>
    AnsweredLast,
}
