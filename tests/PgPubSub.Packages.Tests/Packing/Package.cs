using System.IO.Compression;
using System.Xml.Linq;

namespace PgPubSub.Packages.Tests.Packing;

/// <summary>A package's file and what it says of itself.</summary>
internal sealed class Package
{
    private readonly Lazy<IReadOnlyDictionary<string, byte[]>> _files, _symbols;

    public Package(string file)
    {
        _files = new(() => Read(file));
        _symbols = new(() => Read(Path.ChangeExtension(file, ".snupkg")));
        Metadata = XDocument.Parse(Text(_files.Value.Keys.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal)))).Root!.Elements().Single();
    }

    public string Id => Value("id")!;

    public XElement Metadata { get; }

    /// <summary>What it holds, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files.Value;

    /// <summary>What the package of its symbols holds; nothing where there is none.</summary>
    public IReadOnlyDictionary<string, byte[]> Symbols => _symbols.Value;

    /// <summary>What it depends on, each by framework.</summary>
    public IReadOnlyList<(string Framework, string Id, string Version)> Dependencies =>
    [
        .. from framework in Metadata.Descendants(Named("group"))
           from dependency in framework.Elements()
           select (framework.Attribute("targetFramework")!.Value, dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value),
    ];

    public string? Value(string element) => Metadata.Element(Named(element))?.Value;

    public string Text(string file)
    {
        using var reader = new StreamReader(new MemoryStream(Files[file]));
        return reader.ReadToEnd();
    }

    public override string ToString() => Id;

    private XName Named(string element) => Metadata.Name.Namespace + element;

    private static IReadOnlyDictionary<string, byte[]> Read(string file)
    {
        if (!File.Exists(file))
            return new Dictionary<string, byte[]>();
        using var archive = ZipFile.OpenRead(file);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            return bytes.ToArray();
        });
    }
}
