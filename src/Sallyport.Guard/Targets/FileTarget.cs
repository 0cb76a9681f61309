using System.Security.Cryptography;
using Sallyport.Guard.Packing;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets;

/// <summary>One file: a package in any container format, or a lone file.</summary>
internal sealed class FileTarget : TargetReader
{
    public override int Order => 100;

    public override bool Recognises(string target, TargetOptions options) => File.Exists(Path.Combine(options.Directory, target));

    public override TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation)
    {
        var path = Path.Combine(options.Directory, target);
        if (FolderTree.At(path) is { Kind: NodeKind.Special }) throw new GuardException($"{target}: is a pipe, socket or device; only files can be read");
        var complete = false;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
            var run = begin(file.Length);
            if (run.Budget.IsTooMuch(file.Length))
            {
                run.Skip("", $"{file.Length >> 30} GiB are more than may be read (limits.bytes)");
                return new TargetInfo(null, null);
            }
            complete = run.Visit(new Entry { Path = Path.GetFileName(path), InPackage = Path.GetFileName(path), IsRoot = true, DeclaredSize = file.Length }, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{target}: cannot be read ({e.Message})");
        }
        return new TargetInfo(null, complete ? Digest(path) : null);
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
