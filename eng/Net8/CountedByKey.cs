namespace System.Linq;

/// <summary>What .NET 9 brought: how often each key is met.</summary>
internal static class CountedByKey
{
    public static IEnumerable<KeyValuePair<TKey, int>> CountBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key) where TKey : notnull =>
        source.GroupBy(key).Select(same => KeyValuePair.Create(same.Key, same.Count()));
}
