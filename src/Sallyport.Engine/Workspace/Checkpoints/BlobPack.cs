using System.Globalization;
using System.Security.Cryptography;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Contents of files, one after the other in a file that only grows, each once. A content's name says where it is and what its
/// SHA-256 is, so there is no index that could be lost. Of a session that is sealed, each content is sealed by itself.
/// </summary>
internal sealed class BlobPack(string folder, SessionSeal? seal = null) : IDisposable
{
    private const int BufferSize = 1 << 20;
    private const string Sealed = "sealed-";

    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private FileStream? file;
    private string name = "";
    private byte[]? buffer;
    private int buffered;
    private long length;

    /// <summary>Keeps it, and returns its name. It is on disk after <see cref="Flush"/>.</summary>
    public string Add(ReadOnlySpan<byte> content)
    {
        var hash = HashOf(content);
        if (known.TryGetValue(hash, out var there)) return there;
        if (file is null) Open();
        var at = length;
        if (seal is not null) content = seal.Close(content, Bound(name, at, hash));
        if (buffered + content.Length > BufferSize) Flush();
        if (content.Length >= BufferSize) RandomAccess.Write(file!.SafeFileHandle, content, length);
        else
        {
            buffer ??= new byte[BufferSize];
            content.CopyTo(buffer.AsSpan(buffered));
            buffered += content.Length;
        }
        length += content.Length;
        return known[hash] = string.Create(CultureInfo.InvariantCulture, $"{name}:{at}:{hash}");
    }

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public void Flush()
    {
        if (buffered == 0) return;
        RandomAccess.Write(file!.SafeFileHandle, buffer.AsSpan(0, buffered), length - buffered);
        buffered = 0;
    }

    /// <summary>null when it is damaged or gone.</summary>
    public byte[]? Read(string content, long size)
    {
        Flush();
        var parts = content.Split(':');
        if (parts.Length != 3 || size is < 0 or > int.MaxValue || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var at)) return null;
        try
        {
            using var pack = File.OpenHandle(Path.Combine(folder, Path.GetFileName(parts[0])), share: FileShare.ReadWrite);
            var isSealed = parts[0].StartsWith(Sealed, StringComparison.Ordinal);
            if (isSealed && seal is null) return null;
            var bytes = new byte[size + (isSealed ? SessionSeal.Overhead : 0)];
            for (var got = 0; got < bytes.Length;)
            {
                var read = RandomAccess.Read(pack, bytes.AsSpan(got), at + got);
                if (read == 0) return null;
                got += read;
            }
            if (isSealed) return seal!.Open(bytes, Bound(parts[0], at, parts[2]));
            return HashOf(bytes) == parts[2] ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Bound(string pack, long at, string hash) => string.Create(CultureInfo.InvariantCulture, $"content {pack} {at} {hash}");

    public void Dispose()
    {
        Flush();
        file?.Dispose();
        file = null;
    }

    // A process of its own file: two that work on one session do not write into one another's.
    private void Open()
    {
        StateFolder.Make(folder);
        for (var number = 1; ; number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{(seal is null ? "blobs-" : Sealed)}{number}");
            try
            {
                file = StateFolder.Open(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
                return;
            }
            catch (IOException) when (File.Exists(Path.Combine(folder, name)))
            {
                // Another process, or an earlier one, wrote this one.
            }
        }
    }
}
