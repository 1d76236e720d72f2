using Microsoft.AspNetCore.Mvc;

namespace WebShop.Billing;

/// <summary>Opens and closes the bank, to see what becomes of orders then.</summary>
[ApiController]
[Route("bank")]
public sealed class BankController(Bank bank) : ControllerBase
{
    [HttpPut]
    public BankState Change(BankState state)
    {
        bank.IsOpen = state.Open;
        return new BankState(bank.IsOpen);
    }

    /// <summary>How the bank is, or is to be.</summary>
    public sealed record BankState(bool Open);
}
