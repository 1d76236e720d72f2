namespace PgPubSub.Cli.Top;

/// <summary>Keys that are pressed, where a keyboard is there; nothing of them is shown.</summary>
internal static class Keyboard
{
    public static void Listen(Action<char> pressed)
    {
        if (!Console.IsInputRedirected)
            new Thread(() => Read(pressed)) { IsBackground = true, Name = "keyboard" }.Start();
    }

    private static void Read(Action<char> pressed)
    {
        try
        {
            while (true)
                pressed(Console.ReadKey(intercept: true).KeyChar);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The terminal is gone.
        }
    }
}
