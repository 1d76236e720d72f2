using System.Net;
using System.Net.Sockets;

namespace PgPubSub.Testing.Clusters;

/// <summary>A port of the loopback interface that nobody listens on. Another process may take it before the server does.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
