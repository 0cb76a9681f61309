using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets;

/// <summary>A folder, file by file.</summary>
internal sealed class FolderTarget : TargetReader
{
    public override int Order => 90;

    public override bool Recognises(string target, TargetOptions options) => Directory.Exists(Path.Combine(options.Directory, target));

    public override TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation)
    {
        var root = Path.GetFullPath(Path.Combine(options.Directory, target));
        var files = new DirectoryInfo(root).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
            .OrderBy(f => f.FullName, StringComparer.Ordinal).ToList();
        var run = begin(files.Sum(f => f.Length));
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(root, file.FullName).Replace('\\', '/');
            using var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (!run.Visit(new Entry { Path = name, InPackage = name, DeclaredSize = file.Length }, content)) break;
        }
        return new TargetInfo("folder", null);
    }
}
