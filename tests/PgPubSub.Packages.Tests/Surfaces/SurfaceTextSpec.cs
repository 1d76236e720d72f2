namespace PgPubSub.Packages.Tests.Surfaces;

/// <summary>What must not change unseen stands in the text of a surface.</summary>
public sealed class SurfaceTextSpec
{
    [Fact]
    public void All_that_callers_depend_on_is_written() => Assert.Equal(
        """
        namespace PgPubSub.Packages.Tests.Surfaces

        interface ISample<in T, out TResult> : IDisposable
          default int Count { get; }
          TResult Take(T value)

        abstract class Sample : ISample<string, object>
          protected Sample()
          const int Most = 7
          protected readonly string _kept
          (int Number, (string? Inner, object) Pair) Both { get; }
          string this[int index] { get; protected set; }
          required string Name { get; init; }
          event EventHandler? Changed
          protected virtual void Close()
          void Dispose()
          static bool Find<TKey, TValue>(Dictionary<TKey, TValue?> values, out TValue? found, in TKey key, ref int calls) where TKey : struct, Enum where TValue : class, new()
          static T? First<T>(IEnumerable<T> values, params IReadOnlyList<string?>[] others) where T : notnull
          abstract object Take(string value)
          override string ToString()
          static Task<T> WaitAsync<T>(Func<T, Task>? then, SampleChoice choice = SampleChoice.Second, TimeSpan? patience = null, CancellationToken cancel = default, string text = "x")
          static Sample operator Addition(Sample left, Sample right)

        delegate T? Sample.Make<T>(string? text)

        [Flags]
        enum SampleChoice : byte
          First = 1
          Second = 2

        static class SampleExtensions
          static T? First<T>(this IEnumerable<T> values)

        readonly record struct SampleId
          SampleId(int Value)
          int Value { get; init; }
          void Deconstruct(out int Value)

        """.ReplaceLineEndings("\n"),
        Surface.Of([typeof(ISample<,>), typeof(Sample), typeof(Sample.Make<>), typeof(Sample).GetNestedType("Hidden", System.Reflection.BindingFlags.NonPublic)!, typeof(SampleChoice), typeof(SampleExtensions), typeof(SampleId)]));
}

public interface ISample<in T, out TResult> : IDisposable
{
    int Count => 1;

    TResult Take(T value);
}

public abstract class Sample : ISample<string, object>
{
    public const int Most = 7;
    protected readonly string _kept = "";
    private int _calls;

    public event EventHandler? Changed;

    public (int Number, (string? Inner, object) Pair) Both => (_calls, (null, ""));

    public required string Name { get; init; }

    public string this[int index]
    {
        get => Name;
        protected set => _calls = index + value.Length;
    }

    public static Sample operator +(Sample left, Sample right) => left._calls > right._calls ? left : right;

    public static T? First<T>(IEnumerable<T> values, params IReadOnlyList<string?>[] others) where T : notnull => others.Length > 0 ? default : values.First();

    public static bool Find<TKey, TValue>(Dictionary<TKey, TValue?> values, out TValue? found, in TKey key, ref int calls) where TKey : struct, Enum where TValue : class, new() =>
        values.TryGetValue(key, out found) && calls++ > 0;

    public static Task<T> WaitAsync<T>(Func<T, Task>? then, SampleChoice choice = SampleChoice.Second, TimeSpan? patience = null, CancellationToken cancel = default, string text = "x") =>
        Task.FromException<T>(new TimeoutException($"{then} {choice} {patience} {cancel} {text}"));

    public abstract object Take(string value);

    public void Dispose()
    {
        Changed?.Invoke(this, EventArgs.Empty);
        Close();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => Name;

    protected virtual void Close() => _calls++;

    internal int Calls() => _calls;

    public delegate T? Make<T>(string? text);

    private sealed class Hidden;
}

[Flags]
public enum SampleChoice : byte
{
    Second = 2,
    First = 1,
}

public static class SampleExtensions
{
    public static T? First<T>(this IEnumerable<T> values) => values.FirstOrDefault();
}

public readonly record struct SampleId(int Value)
{
    internal int Half => Value / 2;
}
