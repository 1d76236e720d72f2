namespace PgPubSub.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Cell">What it shows of a row.</param>
/// <param name="IsNumber">Whether it stands to the right.</param>
internal sealed record Column<T>(string Header, Func<T, string> Cell, bool IsNumber = false);
