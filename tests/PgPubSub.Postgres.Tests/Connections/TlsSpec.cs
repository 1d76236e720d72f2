using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Testing;

namespace PgPubSub.Postgres.Tests.Connections;

/// <summary>What a connection string or a data source says of TLS holds for every connection of the store.</summary>
public sealed class TlsSpec : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ThrowawayServer _server = null!;

    public async Task InitializeAsync()
    {
        if (new FactOfServerBinariesAttribute().Skip is not null)
            return;
        _server = await ThrowawayServer.StartAsync();
        using var authority = Authority("trusted");
        using var other = Authority("other");
        await File.WriteAllTextAsync(PathOf("trusted"), authority.ExportCertificatePem());
        await File.WriteAllTextAsync(PathOf("other"), other.ExportCertificatePem());
        await using var direct = new Sessions(_server.ConnectionString, "pgpubsub");
        using var key = RSA.Create(2048);
        await WriteAsync(direct, "server.crt", Certificate(authority, key, "a database"));
        await WriteAsync(direct, "server.key", key.ExportPkcs8PrivateKeyPem());
        await WriteAsync(direct, "root.crt", authority.ExportCertificatePem());
        await direct.RunAsync("ALTER SYSTEM SET ssl = on");
        await direct.RunAsync("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
        // Who comes as this role shows a certificate that bears its name.
        await direct.RunAsync("CREATE ROLE certified SUPERUSER LOGIN");
        await direct.RunAsync("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; sed -i \"1i hostssl all certified all cert\\nhostnossl all certified all reject\" pg_hba.conf'");
        await direct.RunAsync("SELECT pg_reload_conf()");
        await direct.UntilAsync("SELECT current_setting('ssl') = 'on'");
        await File.WriteAllTextAsync(PathOf("certified"), Certificate(authority, key, "certified"));
        await File.WriteAllTextAsync(PathOf("stranger"), Certificate(authority, key, "a stranger"));
        await File.WriteAllTextAsync(PathOf("key"), key.ExportPkcs8PrivateKeyPem());
    }

    public async Task DisposeAsync()
    {
        _folder.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [FactOfServerBinaries]
    public async Task A_server_with_a_certificate_of_the_authority_that_is_named_is_verified_and_every_connection_is_encrypted()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Verified("trusted") });
        await store.MigrateAsync();
        var node = Guid.CreateVersion7();
        await store.Nodes.RegisterAsync(node, "a node", CancellationToken.None);
        await using var line = await store.Wakeups.OpenAsync(node, CancellationToken.None);

        await using var direct = new Sessions(_server.ConnectionString + ";SSL Mode=Disable", "pgpubsub");
        Assert.Equal([true], await direct.ListAsync<bool>("SELECT DISTINCT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name LIKE 'pgpubsub %'"));
        Assert.True(line!.KeepsLock);
    }

    [FactOfServerBinaries]
    public async Task Another_authority_s_certificate_is_refused_and_the_fault_says_where_to_look()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Verified("other") });

        var refused = await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync());

        Assert.Equal(FaultKind.Schema, refused.Kind);
        Assert.Contains("certificate is not trusted", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Root Certificate", refused.Message, StringComparison.Ordinal);
    }

    [FactOfServerBinaries]
    public async Task Another_name_than_the_certificate_s_is_refused()
    {
        var elsewhere = new NpgsqlConnectionStringBuilder(Verified("trusted")) { Host = "localhost" };
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = elsewhere.ConnectionString });

        Assert.Equal(FaultKind.Schema, (await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync())).Kind);
    }

    [FactOfServerBinaries]
    public async Task A_data_source_brings_certificates_of_its_own()
    {
        using var root = X509CertificateLoader.LoadCertificateFromFile(PathOf("trusted"));
        var builder = new NpgsqlDataSourceBuilder(_server.ConnectionString + ";SSL Mode=VerifyFull;No Reset On Close=true");
        builder.UseRootCertificate(root);
        await using var source = builder.Build();
        await using var store = new PostgresStore(new PostgresStoreOptions { DataSource = source });

        await store.MigrateAsync();
    }

    [FactOfServerBinaries]
    public async Task A_client_s_certificate_is_shown_on_every_connection_and_without_it_the_role_is_refused()
    {
        await using (var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Certified("certified"), ListenConnectionString = Certified("certified") }))
        {
            await store.MigrateAsync();
            var node = Guid.CreateVersion7();
            await store.Nodes.RegisterAsync(node, "a node", CancellationToken.None);
            await using var line = await store.Wakeups.OpenAsync(node, CancellationToken.None);
            await using var direct = new Sessions(_server.ConnectionString, "pgpubsub");
            Assert.Equal(["/CN=certified"], await direct.ListAsync<string>("SELECT DISTINCT s.client_dn FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.usename = 'certified'"));
            Assert.True(line!.KeepsLock);
        }

        foreach (var without in new[] { Certified("stranger"), Verified("trusted") + ";Username=certified" })
        {
            await using var refused = new PostgresStore(new PostgresStoreOptions { ConnectionString = without });
            Assert.Equal(FaultKind.Schema, (await Assert.ThrowsAsync<StoreException>(() => refused.MigrateAsync())).Kind);
        }
    }

    [FactOfServerBinaries]
    public async Task A_data_source_shows_a_client_s_certificate_of_its_own()
    {
        using var root = X509CertificateLoader.LoadCertificateFromFile(PathOf("trusted"));
        using var read = X509Certificate2.CreateFromPemFile(PathOf("certified"), PathOf("key"));
        var builder = new NpgsqlDataSourceBuilder(_server.ConnectionString + ";Username=certified;SSL Mode=VerifyFull;No Reset On Close=true");
        builder.UseRootCertificate(root);
        builder.UseSslClientAuthenticationOptionsCallback(tls => tls.ClientCertificates = [read]);
        await using var source = builder.Build();
        await using var store = new PostgresStore(new PostgresStoreOptions { DataSource = source });

        await store.MigrateAsync();
    }

    [FactOfServerBinaries]
    public async Task The_connection_that_listens_goes_by_what_its_own_way_says()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Verified("trusted"), ListenConnectionString = Verified("other") });
        await store.MigrateAsync();
        var node = Guid.CreateVersion7();
        await store.Nodes.RegisterAsync(node, "a node", CancellationToken.None);

        Assert.Contains("certificate is not trusted", (await Assert.ThrowsAsync<StoreException>(() => store.Wakeups.OpenAsync(node, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    private string Certified(string name) =>
        $"{Verified("trusted")};Username=certified;SSL Certificate={PathOf(name)};SSL Key={PathOf("key")}";

    private string PathOf(string authority) => _folder.PathOf(authority + ".pem");

    private string Verified(string authority) => $"{_server.ConnectionString};SSL Mode=VerifyFull;Root Certificate={PathOf(authority)}";

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static string Certificate(X509Certificate2 authority, RSA key, string name)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, 2, 3, 4]);
        return signed.ExportCertificatePem();
    }

    // By the server's own hand, in whose folder they lie: it refuses a key that others may read.
    private static Task WriteAsync(Sessions direct, string file, string pem) =>
        direct.RunAsync($"COPY (SELECT '{Convert.ToBase64String(Encoding.ASCII.GetBytes(pem))}') TO PROGRAM 'umask 077; base64 -d > {file}'");
}
