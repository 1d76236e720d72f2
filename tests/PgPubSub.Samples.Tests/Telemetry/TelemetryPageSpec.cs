namespace PgPubSub.Samples.Tests.Telemetry;

/// <summary>What docs/telemetry.md shows is compiled; WebShop's tests prove that it exports.</summary>
public sealed class TelemetryPageSpec
{
    [Fact]
    public void Every_example_stands_in_a_compiled_file_text_for_text() => new Snippets("docs/telemetry.md", "Telemetry").AreCompiledAsShown();
}
