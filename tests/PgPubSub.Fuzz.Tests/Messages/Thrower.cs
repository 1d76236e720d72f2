using System.Collections;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>A collection that somebody else changes while it is read: it claims to hold something and throws.</summary>
internal sealed class Thrower<T> : IReadOnlyList<T>
{
    public int Count => 1;

    public T this[int index] => throw Failure;

    private static InvalidOperationException Failure => new("Collection was modified.");

    public IEnumerator<T> GetEnumerator() => throw Failure;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <inheritdoc cref="Thrower{T}"/>
internal sealed class Thrower<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>
{
    private readonly Thrower<KeyValuePair<TKey, TValue>> _all = new();

    public int Count => 1;

    public IEnumerable<TKey> Keys => _all.Select(x => x.Key);

    public IEnumerable<TValue> Values => _all.Select(x => x.Value);

    public TValue this[TKey key] => _all[0].Value;

    public bool ContainsKey(TKey key) => _all[0].Key is null;

    public bool TryGetValue(TKey key, out TValue value) => throw new InvalidOperationException("Collection was modified.");

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
