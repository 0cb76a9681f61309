using System.Security.Cryptography;
using Sallyport.Guard.Artifacts;
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
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
            var run = begin(file.Length);
            run.Visit(new Entry { Path = Path.GetFileName(path), InPackage = Path.GetFileName(path), IsRoot = true, DeclaredSize = file.Length }, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{target}: cannot be read ({e.Message})");
        }
        return new TargetInfo(null, Digest(path));
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
