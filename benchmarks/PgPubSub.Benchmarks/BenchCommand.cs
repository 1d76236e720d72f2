using PgPubSub.Benchmarks.Figures;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks;

/// <summary>What is to be measured, as the command line says it.</summary>
internal sealed record BenchCommand(Scale Scale, IReadOnlyList<IFigure> Figures, string? Report, string Words)
{
    public const string Usage =
        """
        usage: bench [--quick | --smoke] [--only NAME]... [--report FILE]
          --quick        one round of everything, in under nine minutes
          --smoke        the smallest run that still measures; its numbers say nothing
          --only NAME    a figure, or those that begin so; may be repeated
          --report FILE  writes the page with the table
        """;

    /// <exception cref="ArgumentException">An argument is not usable.</exception>
    public static BenchCommand Parse(string[] args)
    {
        var (scale, only, report) = (Scale.Full, new List<string>(), (string?)null);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    scale = Scale.Quick;
                    break;
                case "--smoke":
                    scale = Scale.Smoke;
                    break;
                case "--only":
                    only.Add(ValueAfter(args, i++));
                    break;
                case "--report":
                    report = ValueAfter(args, i++);
                    break;
                default:
                    throw new ArgumentException($"'{args[i]}' is not known.");
            }
        }

        foreach (var name in only.Where(name => !FigureList.All.Any(figure => Named(figure, name))))
            throw new ArgumentException($"No figure begins with '{name}'. There are: {string.Join(", ", FigureList.All.Select(figure => figure.Name))}.");
        if (report is not null && only.Count > 0)
            throw new ArgumentException("A report tells all figures: --only and --report don't go together.");
        return new BenchCommand(scale, [.. FigureList.All.Where(figure => only.Count == 0 || only.Any(name => Named(figure, name)))], report, string.Join(' ', args));
    }

    private static bool Named(IFigure figure, string name) => figure.Name.StartsWith(name, StringComparison.Ordinal);

    private static string ValueAfter(string[] args, int option) =>
        option + 1 < args.Length && args[option + 1].Length > 0 ? args[option + 1] : throw new ArgumentException($"{args[option]} needs a value.");
}
