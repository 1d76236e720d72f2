using System.Reflection;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Fuzz.Tests.Options;

/// <summary>Values for the options of a class; the first leaves the option as it is.</summary>
internal sealed class OptionValues
{
    private static readonly TimeSpan[] Spans =
        [TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromDays(1), TimeSpan.FromDays(31), TimeSpan.MinValue, TimeSpan.MaxValue];

    private static readonly Dictionary<Type, object?[]> ByType = new()
    {
        [typeof(int)] = [0, 1, 4, 100, 1_000, 10_000, 10_001, -1, int.MinValue, int.MaxValue],
        [typeof(int?)] = [null, 0, 1, -1, int.MinValue, int.MaxValue],
        [typeof(long)] = [0L, 1L, 1_048_576L, 4_294_967_296L, -1L, long.MinValue, long.MaxValue],
        [typeof(double)] = [0d, 1d, 100d, 100.1, -1d, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon],
        [typeof(bool)] = [false, true],
        [typeof(TimeSpan)] = [.. Spans],
        [typeof(ListenMode)] = [ListenMode.Off, ListenMode.On, (ListenMode)99, (ListenMode)(-1)],
        [typeof(Settlement)] = [Settlement.Explicit, Settlement.AckOnReceipt, (Settlement)99],
        [typeof(UnhandledType)] = [UnhandledType.Skip, (UnhandledType)(-7)],
        [typeof(StartFrom)] = [null, StartFrom.Latest, StartFrom.Offset(-1), StartFrom.Offset(long.MaxValue), StartFrom.Time(DateTimeOffset.MaxValue)],
        [typeof(GroupRules)] = [null, .. Spans.Select(span => GroupRules.Default with { AckDeadline = span }), GroupRules.Default with { Retry = null! }, .. Spans.Select(span => GroupRules.Default with { Retry = new RetryRules(-1, span, double.NaN, span) }), GroupRules.Default with { Filter = EventFilter.OfTypes("\0") }],
        [typeof(Retention)] = [null, Retention.Forever, .. Spans.Select(span => new Retention { Age = span }), new Retention { Count = -1, MaxBacklogEvents = 0 }, new Retention { Count = long.MaxValue }],
        [typeof(IPayloadSerializer)] = [null, .. Texts.Hostile.Select(text => new Kind((string?)text.Make(null!)))],
        [typeof(Npgsql.NpgsqlDataSource)] = [null, Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1"), Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1;Multiplexing=true")],
    };

    private readonly Type _type;
    private readonly PropertyInfo[] _properties;

    public OptionValues(Type type) => (_type, _properties) = (type, [.. type.GetProperties().Where(p => p.SetMethod?.IsPublic is true)]);

    public IReadOnlyList<int> Pools => [.. _properties.Select(p => Of(p).Count + 1)];

    public void Set(object options, IReadOnlyList<int> choices)
    {
        foreach (var (property, choice) in _properties.Zip(choices))
        {
            if (choice > 0)
                property.SetValue(options, Of(property)[choice - 1]);
        }
    }

    public string Tell(IReadOnlyList<int> choices) =>
        $"{_type.Name} {{ {string.Join(", ", _properties.Zip(choices).Where(x => x.Second > 0).Select(x => $"{x.First.Name} = {Of(x.First)[x.Second - 1] ?? "null"}"))} }}";

    private static IReadOnlyList<object?> Of(PropertyInfo property) =>
        property.PropertyType == typeof(string) ? [.. Texts.Hostile.Select(text => text.Make(null!)), "Host=", "Host=x;Port=99999999", "Host=x;Frobnicate=1", "Host=127.0.0.1;Port=1;Timeout=1"]
        : ByType.TryGetValue(property.PropertyType, out var pool) ? pool
        : throw new NotSupportedException($"There is nothing hostile of type {property.PropertyType} yet, for {property.Name} of {property.DeclaringType}.");

    private sealed class Kind(string? contentType) : IPayloadSerializer
    {
        public string ContentType => contentType!;

        public ReadOnlyMemory<byte> Write(object value) => JsonPayloadSerializer.Default.Write(value);

        public object? Read(ReadOnlyMemory<byte> data, string kind, Type type) => JsonPayloadSerializer.Default.Read(data, "application/json", type);
    }
}
