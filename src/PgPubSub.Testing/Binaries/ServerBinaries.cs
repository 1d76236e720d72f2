namespace PgPubSub.Testing.Binaries;

/// <summary>One installed PostgreSQL server.</summary>
internal sealed record ServerBinaries(string Folder, Version Version)
{
    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");
}
