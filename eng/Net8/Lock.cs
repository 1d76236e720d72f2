namespace System.Threading;

/// <summary>What .NET 9 brought under this name, as far as it is used here: what the lock statement takes.</summary>
internal sealed class Lock
{
    private readonly object _monitor = new();

    public Scope EnterScope()
    {
        Monitor.Enter(_monitor);
        return new Scope(_monitor);
    }

    public readonly ref struct Scope(object entered)
    {
        public void Dispose() => Monitor.Exit(entered);
    }
}
