using PgPubSub.Core.Faults;

namespace PgPubSub.Testing.Conformance;

/// <summary>What a check expects; a sentence says what it means where it does not come so.</summary>
internal static class Expect
{
    private const int MostShown = 20;

    public static void That(bool kept, string otherwise)
    {
        if (!kept)
            throw new ConformanceException(otherwise);
    }

    public static void Same<T>(T expected, T actual, string what) =>
        That(EqualityComparer<T>.Default.Equals(expected, actual), $"{what}: expected {expected}, got {actual?.ToString() ?? "nothing"}.");

    public static void SameList<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        var (wanted, got) = (expected.ToList(), actual.ToList());
        That(wanted.SequenceEqual(got), $"{what}: expected {Show(wanted)}, got {Show(got)}.");
    }

    /// <summary>The only one of a list.</summary>
    public static T One<T>(IReadOnlyList<T> list, string what)
    {
        That(list.Count == 1, $"{what}: expected one, got {list.Count}.");
        return list[0];
    }

    /// <summary>A call that the store must answer with a fault of this kind.</summary>
    public static async Task FaultAsync(FaultKind kind, Func<Task> call, string what)
    {
        try
        {
            await call();
        }
        catch (StoreException fault)
        {
            Same(kind, fault.Kind, what);
            return;
        }

        throw new ConformanceException($"{what}: expected a fault of kind {kind}, but the call succeeded.");
    }

    private static string Show<T>(List<T> list) =>
        $"[{string.Join(", ", list.Take(MostShown))}{(list.Count > MostShown ? $", ... {list.Count} in all" : "")}]";
}
