using System.Reflection;
using System.Text.RegularExpressions;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Tests.Documents;

/// <summary>docs/cli.md says what the program has: its verbs, their options and the exit codes.</summary>
public sealed partial class DocumentSpec
{
    private static readonly string Page = Repository.Read("docs", "cli.md");

    [Fact]
    public void Every_verb_has_its_place_and_no_other_has_one() => Assert.Equal(
        KnownVerb.All.Where(command => command.Runs).Select(command => string.Join(' ', command.Words)).Order(StringComparer.Ordinal),
        Sections().Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_verb_s_options_are_told_with_it_and_no_others()
    {
        var common = CommonOptions.All.Select(option => option.Name).ToHashSet();
        foreach (var command in KnownVerb.All.Where(command => command.Runs))
        {
            var (words, section) = (string.Join(' ', command.Words), Sections()[string.Join(' ', command.Words)]);
            Assert.Equal(
                command.Command.Options.Select(option => option.Name).Where(name => name != "--help").Order(StringComparer.Ordinal).Prepend(words),
                Option().Matches(Behind().Replace(section, "")).Select(match => match.Value).Where(name => !common.Contains(name)).Distinct().Order(StringComparer.Ordinal).Prepend(words));
        }
    }

    [Fact]
    public void Every_verb_has_an_example_that_is_understood()
    {
        foreach (var (words, section) in Sections())
        {
            var example = Example().Match(section).Groups["line"].Value.Split(" | ")[0].Split(" || ")[0].Split(" > ")[0];
            Assert.StartsWith("pgpubsub " + words, example, StringComparison.Ordinal);
            Assert.Empty(CommandLine.Create().Parse([.. example.Split(' ').Skip(1).Select(word => word.Trim('\''))]).Errors);
        }
    }

    [Fact]
    public void Every_option_of_all_verbs_is_told() => Assert.Equal(
        CommonOptions.All.Select(option => option.Name).Order(StringComparer.Ordinal), Rows("Options of every verb").Select(cells => cells[0]).Order(StringComparer.Ordinal));

    [Fact]
    public void The_exit_codes_are_the_program_s() => Assert.Equal(
        typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => ($"{field.GetRawConstantValue()}", field.Name)),
        Rows("Exit codes").Select(cells => (cells[0], cells[1])));

    private static Dictionary<string, string> Sections() =>
        Page.Split("\n### ").Skip(1).ToDictionary(section => section[..section.IndexOf('\n', StringComparison.Ordinal)], section => section);

    private static IEnumerable<string[]> Rows(string heading) =>
        Page.Split("\n## ").Single(section => section.StartsWith(heading + "\n", StringComparison.Ordinal)).Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim('`', ' ')).ToArray());

    // Another run that an example passes its output to has options of its own.
    [GeneratedRegex(@" \| pgpubsub [^\n]*")]
    private static partial Regex Behind();

    [GeneratedRegex(@"--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"```sh\n(?<line>[^\n]+)\n```")]
    private static partial Regex Example();
}
