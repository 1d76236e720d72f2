using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Faults;
using PgPubSub.Proxies;

namespace PgPubSub.Postgres.Tests.Faults;

/// <summary>R12 and the table: what a failure means is told, what the server said of it is not.</summary>
public sealed class FaultsSpec : StoreSpec
{
    [Theory]
    [InlineData("40001", FaultKind.Transient)]
    [InlineData("40P01", FaultKind.Transient)]
    [InlineData("40003", FaultKind.Unknown)]
    [InlineData("55P03", FaultKind.Transient)]
    [InlineData("53300", FaultKind.Transient)]
    [InlineData("53100", FaultKind.Transient)]
    [InlineData("25006", FaultKind.Transient)]
    [InlineData("57P01", FaultKind.Unknown)]
    [InlineData("57014", FaultKind.Unknown)]
    [InlineData("08006", FaultKind.Unknown)]
    [InlineData("22P02", FaultKind.Refused)]
    [InlineData("22021", FaultKind.Refused)]
    [InlineData("23505", FaultKind.Refused)]
    [InlineData("54001", FaultKind.Refused)]
    [InlineData("42501", FaultKind.Schema)]
    [InlineData("42P01", FaultKind.Schema)]
    [InlineData("28P01", FaultKind.Schema)]
    [InlineData("3D000", FaultKind.Schema)]
    [InlineData("PS001", FaultKind.Gone)]
    [InlineData("PS002", FaultKind.Schema)]
    [InlineData("PS003", FaultKind.Gone)]
    [InlineData("PS005", FaultKind.Gone)]
    [InlineData("PS006", FaultKind.Refused)]
    [InlineData("XX000", FaultKind.Unknown)]
    public void A_state_of_a_write_means_what_the_table_says(string state, FaultKind kind)
    {
        var fault = SqlStates.Explain(new PostgresException("secret", "ERROR", "ERROR", state, detail: "secret"), sent: true);

        Assert.Equal(kind, fault.Kind);
        Assert.Contains(state, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
        Assert.Null(fault.InnerException);
    }

    [Fact]
    public void What_was_never_sent_is_never_unknown()
    {
        foreach (var failure in new Exception[] { new PostgresException("x", "ERROR", "ERROR", "57P03"), new NpgsqlException("x"), new IOException("x"), new TimeoutException("x") })
            Assert.Equal(FaultKind.Transient, SqlStates.Explain(failure, sent: false).Kind);
    }

    [Fact]
    public void A_bug_is_not_taken_for_a_fault() => Assert.False(SqlStates.Explains(new InvalidCastException()));

    [Fact]
    public async Task A_server_that_is_not_there_is_a_fault_that_may_pass_and_its_password_is_not_told()
    {
        var store = Open(o => o.ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Database=d;Timeout=5");

        var fault = await Assert.ThrowsAsync<StoreException>(() => store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None));

        Assert.Equal(FaultKind.Transient, fault.Kind);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
        Assert.Null(fault.InnerException);
    }

    [Fact]
    public async Task The_first_call_is_tried_again_by_the_next_one_when_the_server_is_back()
    {
        var away = new TcpProxy(Server);
        var port = away.Port;
        var store = Open(o => o.ConnectionString = away.ConnectionString);
        await away.DisposeAsync();
        await Assert.ThrowsAsync<StoreException>(() => store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None));

        await using var back = new TcpProxy(Server, port);

        Assert.Equal(0, (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Tail);
    }

    [Fact]
    public async Task A_constraint_that_quotes_the_row_is_told_without_the_row()
    {
        var topic = await TopicAsync();
        await Direct.RunAsync("ALTER TABLE pgpubsub.event ADD CONSTRAINT no_secrets CHECK (data::text NOT LIKE '%hunter2%')");

        var fault = await Assert.ThrowsAsync<StoreException>(() => Store.Log.AppendAsync(topic, 0, [Events.Json("\"hunter2\"")]));

        Assert.Equal((FaultKind.Refused, null), (fault.Kind, fault.InnerException));
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_refused_append_the_same_connection_serves_on()
    {
        var store = Open(o => o.MaxConnections = PostgresStoreOptions.LeastConnections);
        var topic = (await store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None)).Id;
        for (var i = 0; i < 10; i++)
        {
            // The second of two in a row is refused while its statement is being prepared.
            for (var again = 0; again < 2; again++)
                Assert.Equal(FaultKind.Refused, (await Assert.ThrowsAsync<StoreException>(() => store.Log.AppendAsync(topic, 0, [Events.Json("{")]))).Kind);
            Assert.Equal(i, (await store.Log.AppendAsync(topic, 0, Events.Many(1))).First);
        }
    }

    [Fact]
    public async Task An_append_to_a_table_that_somebody_locks_waits_and_then_goes_through()
    {
        var topic = await TopicAsync();
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN; LOCK TABLE pgpubsub.event");
        var appending = Store.Log.AppendAsync(topic, 0, Events.Many(1));
        await Direct.UntilAsync($"SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = '{Schema}.event'::regclass");

        await Direct.RunAsync(other, "ROLLBACK");

        Assert.Equal(0, (await appending).First);
    }
}
