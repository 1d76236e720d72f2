namespace PgPubSub.Structure.Tests.Sources;

/// <summary>Files of the checkout, without what builds write.</summary>
internal static class SourceFiles
{
    /// <summary>The C# files below folders of it.</summary>
    public static IEnumerable<string> In(params IEnumerable<string> folders) =>
        folders.Select(folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists).SelectMany(folder => Below(folder, "*.cs"));

    /// <summary>The files of a kind below one folder.</summary>
    public static IEnumerable<string> Below(string folder, string kind) =>
        Directory.EnumerateFiles(folder, kind, SearchOption.AllDirectories).Where(file => !Repository.Relative(file).Split('/').Any(part => part is "bin" or "obj"));
}
