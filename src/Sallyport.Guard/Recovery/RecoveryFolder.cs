using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Recovery;

/// <summary>
/// Takes the recoverable entries of a run and writes them below one folder: never outside of it, never over a file
/// that is there. The same content under the same name is written once. Safe for several threads.
/// </summary>
internal sealed class RecoveryFolder(string root)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string Path, string Digest)> written = [];
    private readonly Dictionary<string, int> nextNumber = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<RecoveredFile> files = [];

    public IReadOnlyList<RecoveredFile> Files
    {
        get
        {
            lock (gate) return [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];
        }
    }

    public void Write(Entry entry, ReadOnlySpan<byte> content)
    {
        var path = RecoveryPath.Of(entry.RecoveredAs ?? entry.Name);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(content, digest);
        lock (gate)
        {
            if (!written.Add((path, Convert.ToHexStringLower(digest)))) return;
        }
        using var copy = Begin(entry);
        copy.Write(content);
    }

    /// <summary>A file that the content is written to as it passes by.</summary>
    public RecoveryCopy Begin(Entry entry)
    {
        var path = Claim(RecoveryPath.Of(entry.RecoveredAs ?? entry.Name));
        var full = Path.Combine(root, path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            var file = new FileStream(full, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            return new RecoveryCopy(file, (bytes, lines) => Add(new RecoveredFile(path, entry.Path, bytes, lines)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{full}: cannot be written ({e.Message})");
        }
    }

    private void Add(RecoveredFile file)
    {
        lock (gate) files.Add(file);
    }

    // A name may be taken by a file, or need a folder where a file stands ("src" and "src/main.ts").
    private string Claim(string path)
    {
        lock (gate)
        {
            var throughFile = Folders(path).Any(f => taken.Contains(f[..^1]));
            for (var number = nextNumber.GetValueOrDefault(path, 1); ; number++)
            {
                var name = number == 1 && !throughFile ? path : throughFile ? $"~{number}/{path}" : RecoveryPath.Numbered(path, number);
                if (taken.Contains(name) || taken.Contains(name + "/") || throughFile && Folders(name).Any(f => taken.Contains(f[..^1]))) continue;
                nextNumber[path] = number + 1;
                taken.Add(name);
                foreach (var folder in Folders(name)) taken.Add(folder);
                return name;
            }
        }
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..(slash + 1)];
    }
}

/// <summary>One file under way to the recovery folder; counts what it takes.</summary>
internal sealed class RecoveryCopy(FileStream file, Action<long, long> done) : IDisposable
{
    private long lines;
    private byte last = (byte)'\n';
    private bool isBinary;

    public void Write(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty) return;
        file.Write(piece);
        lines += piece.Count((byte)'\n');
        isBinary |= piece.Contains((byte)0);
        last = piece[^1];
    }

    public void Dispose()
    {
        var bytes = file.Position;
        file.Dispose();
        done(bytes, isBinary ? 0 : lines + (last == '\n' ? 0 : 1));
    }
}
