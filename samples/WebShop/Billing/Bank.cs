namespace WebShop.Billing;

/// <summary>Charges customers, while it is open.</summary>
public sealed class Bank
{
    private volatile bool _open = true;

    public bool IsOpen
    {
        get => _open;
        set => _open = value;
    }

    public Task ChargeAsync(string number, decimal amount, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return _open ? Task.CompletedTask : throw new BankClosedException();
    }
}

/// <summary>The bank is closed.</summary>
public sealed class BankClosedException() : Exception("The bank is closed.");
