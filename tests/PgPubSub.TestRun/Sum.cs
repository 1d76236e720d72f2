using System.Globalization;
using System.Xml.Linq;

namespace PgPubSub.TestRun;

/// <summary>Adds up the results of all test projects; skipped tests are named with their reasons, failed ones with their messages.</summary>
internal static class Sum
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static int Run(string folder)
    {
        var results = Directory.EnumerateFiles(folder, "*.trx").Order(StringComparer.Ordinal)
            .SelectMany(file => XDocument.Load(file).Descendants(Trx + "UnitTestResult"))
            .ToLookup(result => (string?)result.Attribute("outcome") switch { "Passed" => "passed", "NotExecuted" => "skipped", _ => "failed" });
        var crashed = Directory.EnumerateFiles(folder, "*.crashed").Order(StringComparer.Ordinal).Select(Path.GetFileNameWithoutExtension).ToList();

        foreach (var skipped in results["skipped"])
        {
            Console.WriteLine($"skipped: {Name(skipped)}: {Message(skipped)}");
        }

        foreach (var failed in results["failed"])
        {
            Console.WriteLine($"FAILED: {Name(failed)}: {Message(failed)}");
        }

        foreach (var project in crashed)
        {
            Console.WriteLine($"FAILED: {project}: the run ended with an error that no test reports");
        }

        var (passed, wrong, left) = (results["passed"].Count(), results["failed"].Count() + crashed.Count, results["skipped"].Count());
        if (passed + wrong == 0)
        {
            Console.WriteLine("FAILED: no test ran");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {wrong} failed, {left} skipped"));
        return passed > 0 && wrong == 0 ? 0 : 1;
    }

    private static string Name(XElement result) => (string?)result.Attribute("testName") ?? "?";

    private static string Message(XElement result)
    {
        var output = result.Element(Trx + "Output");
        var text = (string?)output?.Element(Trx + "ErrorInfo")?.Element(Trx + "Message") ?? (string?)output?.Element(Trx + "StdOut") ?? "no reason given";
        return text.Trim().ReplaceLineEndings(" ");
    }
}
