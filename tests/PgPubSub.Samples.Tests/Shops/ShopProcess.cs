using System.Net.Http.Json;
using System.Text.Json;
using PgPubSub.Samples.Tests.Runs;

namespace PgPubSub.Samples.Tests.Shops;

/// <summary>A process of the sample, called as a browser would.</summary>
internal sealed class ShopProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly SampleRun _run;
    private readonly HttpClient _client;

    private ShopProcess(SampleRun run, string address) => (_run, _client) = (run, new HttpClient { BaseAddress = new Uri(address), Timeout = Patience });

    public static async Task<ShopProcess> StartAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        const string Listening = "listening on ";
        var run = await SampleRun.StartAsync("WebShop", folder, environment, ["--port", "0", .. arguments]);
        if (!await run.ReadToAsync(Listening))
            Assert.Fail(run.Output + await run.EndAsync());
        return new ShopProcess(run, run.Output[(run.Output.LastIndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]);
    }

    public async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        using var response = await _client.PostAsJsonAsync(path, body);
        return await ReadAsync(response);
    }

    public async Task PutAsync(string path, object body)
    {
        using var response = await _client.PutAsJsonAsync(path, body);
        await ReadAsync(response);
    }

    /// <summary>Asks for its health until all is well.</summary>
    public async Task HealthyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(BetweenLooks);
        do
        {
            using var response = await _client.GetAsync("/health", patience.Token);
            if (await response.Content.ReadAsStringAsync(patience.Token) == "Healthy")
                return;
        }
        while (await looks.WaitForNextTickAsync(patience.Token));
    }

    public Task<string> TextAsync(string path) => _client.GetStringAsync(path);

    /// <summary>Gets until the answer is as it should be.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        var last = "nothing";
        using var looks = new PeriodicTimer(BetweenLooks);
        try
        {
            while (await looks.WaitForNextTickAsync(patience.Token))
            {
                using var response = await _client.GetAsync(path, patience.Token);
                last = $"{response.StatusCode} {await response.Content.ReadAsStringAsync(patience.Token)}";
                if (response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync<JsonElement>(patience.Token) is var json && holds(json))
                    return json;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{path} says at last: {last}");
        }

        throw new InvalidOperationException("A timer without an end has ended.");
    }

    public void Dispose()
    {
        _client.Dispose();
        _run.Dispose();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
