using PgPubSub.Postgres.Schema;

namespace PgPubSub.Postgres.Tests.Schema;

public sealed class SchemaNameSpec
{
    [Theory]
    [InlineData("pgpubsub")]
    [InlineData("_")]
    [InlineData("a1_b2")]
    [InlineData("select")]
    public void A_name_that_keeps_the_rule_is_accepted(string name) => Assert.Null(SchemaName.Problem(name));

    [Fact]
    public void The_longest_name_has_48_characters()
    {
        Assert.Null(SchemaName.Problem(new string('a', 48)));
        Assert.NotNull(SchemaName.Problem(new string('a', 49)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("A")]
    [InlineData("a-b")]
    [InlineData("a\n")]
    [InlineData("a\"b")]
    [InlineData("ä")]
    [InlineData("pg_mine")]
    public void A_name_that_breaks_it_is_refused_by_its_option(string? name) => Assert.Contains("Schema", SchemaName.Problem(name), StringComparison.Ordinal);
}
