using Npgsql;
using NpgsqlTypes;

namespace PgPubSub.Fuzz.Tests.Rows;

/// <summary>A row as somebody writes it into a table by hand.</summary>
/// <param name="Shape">The table's.</param>
/// <param name="Choices">Which of each column's values it has; 0 is the ordinary one.</param>
internal sealed record Row(RowShape Shape, int[] Choices)
{
    public IReadOnlyList<object?> Parameters =>
        [.. Shape.Columns.Zip(Choices, (column, choice) => (object)new NpgsqlParameter { Value = column.Values[choice].Make(null!) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text })];

    public override string ToString() =>
        string.Join(", ", Shape.Columns.Zip(Choices).Where(x => x.Second > 0).Select(x => $"{x.First.Name}: {x.First.Values[x.Second].Name}")) is { Length: > 0 } told ? told : "an ordinary row";
}
