using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using PgPubSub.Core.Faults;

namespace PgPubSub.Postgres.Faults;

/// <summary>
/// The one table that says what a SQLSTATE means (PostgreSQL documentation, appendix A; PS... are raised by our own functions).
/// A server's texts quote data, so they go no further than here.
/// </summary>
internal static class SqlStates
{
    private static readonly (string Prefix, FaultKind Kind, string Meaning)[] Table =
    [
        ("PS001", FaultKind.Gone, "the topic is no longer there"),
        ("PS002", FaultKind.Schema, "the statement did not run under READ COMMITTED"),
        ("PS003", FaultKind.Gone, "the group is no longer there"),
        ("PS005", FaultKind.Gone, "the node is no longer registered"),
        ("PS006", FaultKind.Refused, "a batch was sent again with other events"),
        ("57P0", FaultKind.Unknown, "the server ended the session"),
        ("08P01", FaultKind.Unknown, "the protocol was broken, or a pooler refused what its log tells, for example a start-up parameter such as Options"),
        ("08", FaultKind.Unknown, "the connection was lost"),
        ("40003", FaultKind.Unknown, "the server cannot say whether the statement completed"),
        ("57014", FaultKind.Unknown, "the statement was cancelled"),
        ("40", FaultKind.Transient, "the transaction was rolled back"),
        ("55P03", FaultKind.Transient, "a lock was not to be had in time"),
        ("53", FaultKind.Transient, "the server is short of resources"),
        ("55", FaultKind.Transient, "the object is not in the state that is needed"),
        ("25006", FaultKind.Transient, "the server is read-only"),
        ("0A000", FaultKind.Transient, "the server can't do this now; a standby can't write"),
        ("26000", FaultKind.Transient, "the prepared statement is gone; a pooler may stand before the server"),
        ("22", FaultKind.Refused, "the server refuses the content"),
        ("23", FaultKind.Refused, "the content breaks a constraint"),
        ("54", FaultKind.Refused, "the content exceeds a limit of the server"),
        ("42501", FaultKind.Schema, "the role lacks a privilege"),
        ("28", FaultKind.Schema, "the server refuses the role or its password"),
        ("3D", FaultKind.Schema, "the database is not there"),
        ("3F", FaultKind.Schema, "the schema is not there"),
        ("42", FaultKind.Schema, "the schema does not have what this version needs"),
    ];

    /// <summary>Whether a failure comes from outside; any other is a bug and passes.</summary>
    public static bool Explains(Exception failure) => failure is StoreException or NpgsqlException or IOException or SocketException
        or TimeoutException or OperationCanceledException or ObjectDisposedException;

    /// <summary>What a failure means, where a write may or may not have reached its commit.</summary>
    public static StoreException Explain(Exception failure, bool sent) => failure switch
    {
        StoreException known => known,
        PostgresException e => From(e.SqlState, sent),
        // Of several transactions in one round trip the first failure is the cause of those after it.
        { InnerException: AggregateException { InnerExceptions: [var first, ..] } } => Explain(first, sent),
        { InnerException: AuthenticationException } => new StoreException(
            FaultKind.Schema, "No TLS session with PostgreSQL came about: its certificate is not trusted or bears another name, or it refuses the client's; see SSL Mode and Root Certificate in the connection string."),
        _ => new StoreException(sent ? FaultKind.Unknown : FaultKind.Transient, sent ? "The connection to PostgreSQL was lost." : "PostgreSQL can't be reached."),
    };

    /// <summary>What a SQLSTATE means that a function of ours returned in place of raising it: nothing was written.</summary>
    public static StoreException Explain(string state) => From(state, sent: true);

    private static StoreException From(string state, bool sent)
    {
        foreach (var (prefix, kind, meaning) in Table)
        {
            if (state.StartsWith(prefix, StringComparison.Ordinal))
                return new StoreException(kind is FaultKind.Unknown && !sent ? FaultKind.Transient : kind, $"PostgreSQL answered {state}: {meaning}.") { SqlState = state };
        }

        return new StoreException(sent ? FaultKind.Unknown : FaultKind.Transient, $"PostgreSQL answered {state}.") { SqlState = state };
    }
}
