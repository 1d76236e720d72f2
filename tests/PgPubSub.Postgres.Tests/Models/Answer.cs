using PgPubSub.Core.Faults;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>What a call was answered, without numbers that a store may choose for itself.</summary>
/// <param name="Told">What its first transaction decided.</param>
/// <param name="Read">What it read in a transaction of its own after that: whoever came in between is seen in it.</param>
internal readonly record struct Answer(string Told, string Read = "")
{
    public bool IsFault => Told.StartsWith("fault ", StringComparison.Ordinal);

    public static implicit operator Answer(string told) => new(told);

    public static async Task<Answer> OfAsync(Func<Stores, Task<Answer>> call, Stores stores)
    {
        try
        {
            return await call(stores);
        }
        catch (StoreException fault)
        {
            return Stores.Fault(fault.Kind);
        }
    }

    public override string ToString() => string.IsNullOrEmpty(Read) ? Told ?? "" : $"{Told}; {Read}";
}
