using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sallyport.Guard.Packing;

internal enum NodeKind { File, Folder, Link, Special }

/// <summary>Something in a folder on disk.</summary>
/// <param name="Name">Its own name.</param>
/// <param name="FullPath">Where it is.</param>
/// <param name="Kind">Links are never followed; devices, pipes and sockets never opened.</param>
/// <param name="Length">Size in bytes of a file.</param>
internal sealed record Node(string Name, string FullPath, NodeKind Kind, long Length);

/// <summary>Lists folders without following a link or touching what is not a plain file.</summary>
internal static partial class FolderTree
{
    private const int MaxDepth = 128;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>What stands in one folder, by name. A folder that may not be read is told to <paramref name="unreadable"/>.</summary>
    public static IReadOnlyList<Node> List(string folder, Action<string, string> unreadable)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything).Select(NodeOf).OrderBy(n => n.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            unreadable(folder, $"cannot be read ({e.Message})");
            return [];
        }
    }

    /// <summary>All nodes below a folder but folders themselves, with their '/' paths; <paramref name="enter"/> says which folders to look into.</summary>
    public static IEnumerable<(string Path, Node Node)> Walk(string root, Func<string, Node, bool>? enter, Action<string, string> unreadable)
    {
        var open = new Stack<(string Path, string Full, int Depth)>();
        open.Push(("", root, 0));
        while (open.Count > 0)
        {
            var (path, full, depth) = open.Pop();
            var nodes = List(full, (_, reason) => unreadable(path.Length == 0 ? "." : path, reason));
            foreach (var node in nodes)
            {
                if (node.Kind != NodeKind.Folder) yield return (Join(path, node.Name), node);
            }
            foreach (var node in nodes.Reverse())
            {
                var child = Join(path, node.Name);
                if (node.Kind != NodeKind.Folder || enter?.Invoke(child, node) == false) continue;
                if (depth >= MaxDepth) unreadable(child, $"folders nested deeper than {MaxDepth}");
                else open.Push((child, node.FullPath, depth + 1));
            }
        }
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>What stands at a path; null when nothing does.</summary>
    public static Node? At(string path)
    {
        FileSystemInfo info = new FileInfo(path);
        if (!info.Exists && info.LinkTarget is null) info = new DirectoryInfo(path);
        return info.Exists || info.LinkTarget is not null ? NodeOf(info) : null;
    }

    private static Node NodeOf(FileSystemInfo info)
    {
        if ((info.Attributes & FileAttributes.ReparsePoint) != 0) return new Node(info.Name, info.FullName, NodeKind.Link, 0);
        if (info is DirectoryInfo) return new Node(info.Name, info.FullName, NodeKind.Folder, 0);
        var length = ((FileInfo)info).Length;
        // Pipes and devices have no length; opening one may wait for ever.
        return new Node(info.Name, info.FullName, length == 0 && IsSpecial(info.FullName) ? NodeKind.Special : NodeKind.File, length);
    }

    // statx(2): its structure is the same on all architectures of Linux; the mode stands at byte 28.
    private static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;
        const int CurrentFolder = -100, NoFollow = 0x100, TypeOnly = 1, TypeBits = 0xF000, PlainFile = 0x8000;
        Span<byte> result = stackalloc byte[256];
        return statx(CurrentFolder, path, NoFollow, TypeOnly, ref MemoryMarshal.GetReference(result)) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(result[28..]) & TypeBits) != PlainFile;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, ref byte result);
}
