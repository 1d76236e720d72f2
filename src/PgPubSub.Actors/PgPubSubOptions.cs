using Npgsql;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;
using PgPubSub.Postgres;
using PgPubSub.Postgres.Schema;

namespace PgPubSub.Actors;

/// <summary>What an application may set. Mutable, bindable from configuration, checked all at once before the host starts.</summary>
public sealed class PgPubSubOptions
{
    /// <summary>
    /// Npgsql connection string. Exactly one way to the database is set: it, <see cref="ConnectionStringName"/>, <see cref="DataSource"/>, <see cref="DataSourceName"/>
    /// or <see cref="UseInMemory"/>.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// The name of a connection string in the host's configuration, below <c>ConnectionStrings</c>; looked up when the host starts. For <c>WithPgPubSub</c> alone.
    /// </summary>
    public string? ConnectionStringName { get; set; }

    /// <summary>A data source of the application; borrowed, never disposed.</summary>
    public NpgsqlDataSource? DataSource { get; set; }

    /// <summary>
    /// The key under which the host's services hold an <see cref="NpgsqlDataSource"/>; the empty text is the one that is registered without a key. It is looked up
    /// when the host starts, borrowed and never disposed. For <c>WithPgPubSub</c> alone.
    /// </summary>
    public string? DataSourceName { get; set; }

    /// <summary>The schema that holds all tables; must match <c>^[a-z_][a-z0-9_]{0,47}$</c> and not begin with <c>pg_</c>.</summary>
    /// <value>The default is <c>pgpubsub</c>.</value>
    public string Schema { get; set; } = SchemaName.Default;

    /// <summary>Whether the schema is made or brought up to date on first use; otherwise it is only checked.</summary>
    /// <value>The default is true.</value>
    public bool AutoMigrate { get; set; } = true;

    /// <summary>The most connections this node opens, the listening one included.</summary>
    /// <value>The default is 10; from 4 to 1,000.</value>
    public int MaxConnections { get; set; } = 10;

    /// <summary>How long a write may take before its session is ended and its outcome resolved.</summary>
    /// <value>The default is 30 s; from 1 s to 10 minutes.</value>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The node's name for people; need not be unique.</summary>
    /// <value>The default is the machine's name.</value>
    public string NodeName { get; set; } = Environment.MachineName;

    /// <summary>The most unanswered messages that one consumer holds, unless its Subscribe says otherwise.</summary>
    /// <value>The default is 64; from 1 to 10,000.</value>
    public int Window { get; set; } = 64;

    /// <summary>How long a consumer may hold a message before it counts as failed.</summary>
    /// <value>The default is 30 s; from 100 ms to 1 day.</value>
    public TimeSpan AckDeadline { get; set; } = GroupRules.Default.AckDeadline;

    /// <summary>Hand-outs until a message becomes a dead letter; 0 or null means no cap, which the log says once at start.</summary>
    /// <value>The default is 5; from 0 to 1,000,000.</value>
    public int? MaxAttempts { get; set; } = RetryRules.Default.MaxAttempts;

    /// <summary>The delay after a message's first failure.</summary>
    /// <value>The default is 1 s; from 0 to 1 day.</value>
    public TimeSpan RetryFirst { get; set; } = RetryRules.Default.First;

    /// <summary>What each further failure multiplies the delay by.</summary>
    /// <value>The default is 4; from 1 to 100.</value>
    public double RetryFactor { get; set; } = RetryRules.Default.Factor;

    /// <summary>The longest delay between two attempts.</summary>
    /// <value>The default is 60 s; from 0 to 30 days.</value>
    public TimeSpan RetryMost { get; set; } = RetryRules.Default.Most;

    /// <summary>The most bytes that one event's payload may have.</summary>
    /// <value>The default is 16 MiB; from 1 to 256 MiB.</value>
    public int MaxPayloadBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Events that may wait to be published in one topic; past it a publish is rejected at once.</summary>
    /// <value>The default is 50,000; from 1 to 10,000,000.</value>
    public int MaxPendingEvents { get; set; } = 50_000;

    /// <summary>Bytes that may wait to be published in one topic, likewise.</summary>
    /// <value>The default is 64 MiB; from 1 MiB to 4 GiB.</value>
    public long MaxPendingBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How often the node asks what it has not been told; it bounds the delay when wake-ups are lost.</summary>
    /// <value>The default is 1 s; from 50 ms to 1 minute.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the node listens for what other nodes publish. Without that it finds it by polling, and others notice its death by its silence alone.</summary>
    /// <value>The default is <see cref="ListenMode.Auto"/>.</value>
    public ListenMode Listen { get; set; } = ListenMode.Auto;

    /// <summary>
    /// Npgsql connection string for the one connection that listens and says that the node lives; it leads to the same database past any pooler, such as
    /// PgBouncer. One that leads elsewhere is a health problem, and the node polls. Not to be set where <see cref="Listen"/> is off.
    /// </summary>
    /// <value>The default is null: it listens where everything else goes.</value>
    public string? ListenConnectionString { get; set; }

    /// <summary>A node that has not been heard of for this long is dead; its messages go to others.</summary>
    /// <value>The default is 15 s; from 3 s to 10 minutes. All nodes of a database should have the same.</value>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What is kept of topics that are made here; a topic's own is stored with it, and <see cref="AlterTopic"/> changes it.</summary>
    /// <value>The default is the 10,000 newest settled events.</value>
    public Retention Retention { get; set; } = new() { Count = Retention.Default.Count }; // its own: a configuration that is bound sets it in place

    /// <summary>How often one node at a time takes what retention lets go; 0 means that this node never does.</summary>
    /// <value>The default is 1 minute; 0, or from 1 s to 1 day.</value>
    public TimeSpan CleanupInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a node that stops waits for what its consumers have in hand, before it goes back. At most what the phase <c>service-stop</c> of Akka's
    /// coordinated shutdown leaves (5 s unless configured), less one second.
    /// </summary>
    /// <value>The default is 3 s; from 0 to 10 minutes.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often the database is asked how far groups are behind, while somebody listens to the gauges of docs/telemetry.md that need it.</summary>
    /// <value>The default is 10 s; from 1 s to 1 hour.</value>
    public TimeSpan MeasureInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Names under which CLR types travel.</summary>
    public EventTypeNames EventTypes { get; } = new();

    /// <summary>How events become bytes and are read again. Used by several threads at once.</summary>
    /// <value>The default is <see cref="JsonPayloadSerializer.Default"/>: System.Text.Json with its web defaults.</value>
    public IPayloadSerializer Serializer { get; set; } = JsonPayloadSerializer.Default;

    internal InMemoryStore? Memory { get; private set; }

    // Specs put stores in between that lose calls and answers.
    internal Func<Stores, Stores>? Decorate { get; set; }

    /// <summary>
    /// Keeps everything in the memory of this process in place of a database: for unit tests and for applications of one process that may forget. All promises hold but that what is
    /// published outlives the process. In place of <see cref="ConnectionString"/> and the other ways to a database.
    /// </summary>
    /// <param name="store">A store that several instances of this process share; a new one unless given.</param>
    /// <returns>These options.</returns>
    public PgPubSubOptions UseInMemory(InMemoryStore? store = null)
    {
        Memory = store ?? new InMemoryStore();
        return this;
    }

    internal PostgresStoreOptions Store() => new()
    {
        ConnectionString = ConnectionString, DataSource = DataSource, Schema = Schema, AutoMigrate = AutoMigrate, MaxConnections = MaxConnections, WriteTimeout = WriteTimeout,
        ListenConnectionString = ListenConnectionString,
    };

    /// <summary>Everything that is wrong; what names lead to is looked at when the host starts.</summary>
    internal IReadOnlyList<string> Problems(bool hosted = false)
    {
        string?[] problems =
        [
            .. DatabaseWays.Problems(this, hosted),
            .. Memory is null ? Store().OtherProblems() : [],
            NameRule.Problem(nameof(NodeName), NodeName),
            Within(nameof(Window), Window, 1, 10_000),
            Within(nameof(AckDeadline), AckDeadline, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            Within(nameof(MaxAttempts), MaxAttempts ?? 0, 0, 1_000_000),
            Within(nameof(RetryFirst), RetryFirst, TimeSpan.Zero, TimeSpan.FromDays(1)),
            Within(nameof(RetryFactor), RetryFactor, 1d, 100d),
            Within(nameof(RetryMost), RetryMost, TimeSpan.Zero, TimeSpan.FromDays(30)),
            Within(nameof(MaxPayloadBytes), MaxPayloadBytes, 1, 256 * 1024 * 1024),
            Within(nameof(MaxPendingEvents), MaxPendingEvents, 1, 10_000_000),
            Within(nameof(MaxPendingBytes), MaxPendingBytes, 1024L * 1024, 4L * 1024 * 1024 * 1024),
            MaxPendingBytes < MaxPayloadBytes ? $"{nameof(MaxPendingBytes)} is less than {nameof(MaxPayloadBytes)}." : null,
            Within(nameof(PollInterval), PollInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1)),
            Memory is null || ListenConnectionString is null ? null : "UseInMemory was called, but ListenConnectionString is set.",
            Enum.IsDefined(Listen) ? null : $"{nameof(Listen)} is {Listen}; it must be Auto, On or Off.",
            Listen is ListenMode.Off && ListenConnectionString is not null ? $"{nameof(ListenConnectionString)} is set, but {nameof(Listen)} is Off." : null,
            CleanupInterval == TimeSpan.Zero ? null : Within(nameof(CleanupInterval), CleanupInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            Within(nameof(DrainTimeout), DrainTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            Within(nameof(MeasureInterval), MeasureInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            .. Retention is null ? ["Retention is null."] : Retention.Problems().Select(problem => "Retention." + problem),
            Within(nameof(TimeToLive), TimeToLive, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10)),
            Serializer is null ? $"{nameof(Serializer)} is null." : NameRule.Problem($"content type of {nameof(Serializer)}", Serializer.ContentType),
            .. EventTypes.Problems(),
        ];
        return [.. problems.OfType<string>()];
    }

    internal PgPubSubSettings Freeze() => Freeze(hosted: false);

    internal PgPubSubSettings Freeze(bool hosted)
    {
        var problems = Problems(hosted);
        if (problems.Count > 0)
            throw new PgPubSubConfigurationException(problems);
        return new PgPubSubSettings(
            NodeName, Window, new GroupRules(AckDeadline, new RetryRules(MaxAttempts ?? 0, RetryFirst, RetryFactor, RetryMost)),
            new PublishBounds(500, PgPubSubSettings.PageBytes, MaxPendingEvents, MaxPendingBytes),
            MaxPayloadBytes, EventTypes.Freeze(), Serializer!, PollInterval, TimeToLive, Retention!, CleanupInterval, DrainTimeout, MeasureInterval, Listen);
    }

    private static string? Within<T>(string option, T value, T least, T most) where T : IComparable<T> =>
        value.CompareTo(least) < 0 || value.CompareTo(most) > 0 || value is double.NaN
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{option} is {value}; it must be between {least} and {most}.")
            : null;
}
