using System.Text;
using Sallyport.Engine.Ignore;

namespace Sallyport.Engine.Walking;

/// <summary>Tells what is ignored in one folder, for who goes folder by folder and wants to see more than plain files.</summary>
public sealed class IgnoredEntries
{
    private static readonly WalkOptions Usual = new();

    private readonly byte[] folder;
    private readonly IgnoreScope scope;

    private IgnoredEntries(byte[] folder, IgnoreScope above)
    {
        this.folder = folder;
        var listing = new FolderListing();
        scope = listing.Read(folder) ? above.Enter(folder, FileWalk.Marks(listing), Usual.Ignore, Usual.Excludes) : above;
    }

    /// <param name="folder">Absolute.</param>
    public static IgnoredEntries Of(string folder)
    {
        var path = Bytes(folder);
        return new IgnoredEntries(path, FileWalk.ScopeAbove(path, Usual));
    }

    /// <summary>The same for a folder in this one.</summary>
    public IgnoredEntries Enter(string name) => new(Joined(name), scope);

    /// <summary>Whether the entry of this name is ignored; <c>.git</c> always is.</summary>
    public bool Has(string name, bool isFolder) => name == ".git" || scope.Match(Joined(name), folder is [(byte)'/'] ? 1 : folder.Length + 1, isFolder) == Verdict.Ignored;

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(path).Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\'));

    private byte[] Joined(string name) => folder is [(byte)'/'] ? [.. folder, .. Encoding.UTF8.GetBytes(name)] : [.. folder, (byte)'/', .. Encoding.UTF8.GetBytes(name)];
}
