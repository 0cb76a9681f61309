using System.Text;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Ignore;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// What <c>.sallyignore</c> closes in the workspace as it is now: the topmost places, by their real paths, and the files that say
/// so. Looked up for each command, so that what came since counts.
/// </summary>
/// <param name="Places">Files and folders that nobody is to open.</param>
/// <param name="Rules">The <c>.sallyignore</c> files themselves.</param>
internal sealed record ClosedPlaces(IReadOnlyList<string> Places, IReadOnlyList<string> Rules)
{
    // Each is a mount of its own, and the price of those grows faster than their number.
    private const int Most = 100;

    // Nobody keeps rules of their own in there.
    private static readonly string[] Passed = ["node_modules", "bin", "obj", "target", "vendor", ".venv", "venv", "__pycache__", ".cache"];

    /// <summary>Throws <see cref="IOException"/> when there are more than can be covered.</summary>
    /// <param name="workspace">Whose folders are looked at.</param>
    /// <param name="deep">Also look for rules in folders that nothing above has rules for.</param>
    public static ClosedPlaces Of(Workspace workspace, bool deep)
    {
        var search = new Search(deep);
        foreach (var root in workspace.Roots) search.From(RealPath.Of(root));
        return new(search.Places, search.Rules);
    }

    private sealed class Search(bool deep)
    {
        private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

        public List<string> Places { get; } = [];

        public List<string> Rules { get; } = [];

        public void From(string root)
        {
            IgnoreLayer? layers = null;
            for (var at = 0; at < root.Length; at = root.IndexOf('/', at + 1) is > 0 and var next ? next : root.Length)
                layers = Enter(at == 0 ? "/" : root[..at], layers);
            Folder(root, layers);
        }

        private void Folder(string folder, IgnoreLayer? layers)
        {
            layers = Enter(folder, layers);
            if (layers is null && !deep) return;
            foreach (var entry in In(folder))
            {
                var isLink = entry.LinkTarget is not null;
                var isFolder = isLink ? Directory.Exists(entry.FullName) : entry is DirectoryInfo;
                var path = Encoding.UTF8.GetBytes(entry.FullName);
                if (IgnoreLayer.Closes(layers, path, path.Length - Encoding.UTF8.GetByteCount(entry.Name), isFolder)) Close(RealPath.Of(entry.FullName));
                else if (isFolder && !isLink && entry.Name != ".git" && (layers is not null || Array.IndexOf(Passed, entry.Name) < 0)) Folder(entry.FullName, layers);
            }
        }

        private static FileSystemInfo[] In(string folder)
        {
            try
            {
                return new DirectoryInfo(folder).GetFileSystemInfos("*", All);
            }
            catch (Exception e) when (e is DirectoryNotFoundException or UnauthorizedAccessException)
            {
                // It has just gone, or nobody can look into it.
                return [];
            }
        }

        private IgnoreLayer? Enter(string folder, IgnoreLayer? layers)
        {
            var path = Path.Combine(folder, HiddenPaths.FileName);
            if (HiddenPaths.Read(path) is not { } rules) return layers;
            if (!Rules.Contains(path)) Rules.Add(path);
            return new IgnoreLayer(rules, Encoding.UTF8.GetByteCount(folder) + (folder.Length == 1 ? 0 : 1), layers);
        }

        private void Close(string real)
        {
            if (real == "/" || !Path.Exists(real) || Places.Contains(real)) return;
            if (Places.Count == Most)
                throw new IOException($"{HiddenPaths.FileName} closes more than {Most} files and folders one by one, and the sandbox covers no more than that: close the folders that they are in, and start this again");
            Places.Add(real);
        }
    }
}
