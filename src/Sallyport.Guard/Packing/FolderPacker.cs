using Sallyport.Shelves;

namespace Sallyport.Guard.Packing;

/// <summary>Knows what one ecosystem's publishing command would take from a folder.</summary>
[Shelf]
internal abstract class FolderPacker
{
    /// <summary>Packers are asked in this order; the first that finds its manifest speaks for the folder.</summary>
    public abstract int Order { get; }

    /// <summary>Null when the folder has no manifest of this ecosystem.</summary>
    public abstract PackingPlan? Plan(string folder);
}

/// <summary>What would leave from a folder, and why.</summary>
internal sealed class PackingPlan(string kind)
{
    /// <summary>For reports: <c>npm-folder</c>, <c>nuget-folder</c>, <c>python-folder</c>, <c>folder</c>.</summary>
    public string Kind => kind;

    public List<PackedFile> Files { get; } = [];

    /// <summary>Links that the packing command would store, with what they point to.</summary>
    public List<(string Path, string Target)> Links { get; } = [];

    /// <summary>What could not be read: the verdict becomes "incomplete".</summary>
    public List<Skipped> Skipped { get; } = [];

    /// <summary>Worth knowing, without weight in the verdict.</summary>
    public List<string> Remarks { get; } = [];

    public void Skip(string path, string reason) => Skipped.Add(new Skipped(path, reason));

    /// <summary>Adds a plain file; links are noted, everything else is told as unread.</summary>
    public void Add(string path, Node node, string? admittedBy)
    {
        switch (node.Kind)
        {
            case NodeKind.File: Files.Add(new PackedFile(path, node.FullPath, node.Length, admittedBy)); break;
            case NodeKind.Link: Links.Add((path, new FileInfo(node.FullPath).LinkTarget ?? "")); break;
            case NodeKind.Special: Skip(path, "is a pipe, socket or device; only files can be read"); break;
        }
    }
}

/// <summary>One file of a plan.</summary>
/// <param name="Path">Path in the package, '/' between parts.</param>
/// <param name="FullPath">Where it is on disk.</param>
/// <param name="Length">Size in bytes when listed.</param>
/// <param name="AdmittedBy">See <see cref="Scanning.Entry.AdmittedBy"/>.</param>
/// <param name="IsPackage">True for a built package: its members are the package's files.</param>
internal sealed record PackedFile(string Path, string FullPath, long Length, string? AdmittedBy, bool IsPackage = false);
