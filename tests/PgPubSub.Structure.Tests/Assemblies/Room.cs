using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PgPubSub.Structure.Tests.Assemblies;

/// <summary>The built assembly of one package, read without loading it.</summary>
internal sealed class Room : IDisposable
{
    private readonly PEReader _file;

    private Room(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        Metadata = _file.GetMetadataReader();
    }

    public MetadataReader Metadata { get; }

    public static Room Open(string package) => new(Packages.AssemblyOf(package));

    public IEnumerable<string> References => Metadata.AssemblyReferences.Select(handle => Metadata.GetString(Metadata.GetAssemblyReference(handle).Name));

    /// <summary>The types that people wrote, nested ones included.</summary>
    public IEnumerable<TypeDefinition> Types =>
        Metadata.TypeDefinitions.Select(Metadata.GetTypeDefinition).Where(type => !Metadata.GetString(type.Name).Contains('<', StringComparison.Ordinal));

    public MethodBodyBlock BodyOf(MethodDefinition method) => _file.GetMethodBody(method.RelativeVirtualAddress);

    public string NameOf(TypeDefinition type) => Metadata.GetString(type.Name);

    /// <summary>A nested type stands in its outermost type's namespace.</summary>
    public string NamespaceOf(TypeDefinition type) => Metadata.GetString(Outermost(type).Namespace);

    /// <summary>The name of the type that it is nested in, or its own.</summary>
    public string OutermostOf(TypeDefinition type) => NameOf(Outermost(type));

    public void Dispose() => _file.Dispose();

    private TypeDefinition Outermost(TypeDefinition type)
    {
        while (type.IsNested)
            type = Metadata.GetTypeDefinition(type.GetDeclaringType());
        return type;
    }
}
