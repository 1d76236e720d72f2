using Npgsql;
using NpgsqlTypes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Connections;

/// <summary>A named block and its parameters, in the block's order.</summary>
internal sealed class Call(string name)
{
    private readonly List<NpgsqlParameter> _parameters = [];

    public Call Add<T>(T value)
    {
        Texts.Require(value);
        _parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return this;
    }

    /// <summary>A group's key as two parameters.</summary>
    public Call Add(GroupKey group) => Add(group.Topic.Value).Add(group.Subscription);

    public Call AddOrNull(object? value, NpgsqlDbType type)
    {
        Texts.Require(value);
        _parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return this;
    }

    public NpgsqlBatchCommand In(SqlCatalog sql)
    {
        var command = new NpgsqlBatchCommand(sql[name]);
        foreach (var parameter in _parameters)
            command.Parameters.Add(parameter);
        return command;
    }
}
