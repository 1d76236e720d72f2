namespace WebShop.Orders;

/// <summary>Somebody has ordered something.</summary>
/// <param name="Number">The order's number.</param>
/// <param name="Total">What it costs.</param>
public sealed record OrderPlaced(string Number, decimal Total)
{
    /// <summary>The topic of all orders.</summary>
    public const string Topic = "orders";
}
