using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
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

    /// <summary>What is larger is read, and sealed, piece by piece.</summary>
    public const int LargestWhole = 16 << 20;

    /// <summary>What is kept without a copy. A session that is sealed has none.</summary>
    public LinkedFiles Linked { get; } = new(folder);

    public bool IsSealed => seal is not null;

    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private FileStream? file;
    private string name = "";
    private byte[]? buffer;
    private int buffered;
    private long length;
    private long earlier = -1;

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

    /// <summary>Keeps a file of any size without holding it; null when it has more than the limit.</summary>
    public string? Add(SafeFileHandle source, long limit, out long size)
    {
        if (file is null) Open();
        Flush();
        buffer ??= new byte[BufferSize];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (start, at) = (length, length);
        size = 0;
        while (true)
        {
            var got = Fill(source, size, buffer);
            if (got == 0) break;
            hash.AppendData(buffer, 0, got);
            ReadOnlySpan<byte> piece = buffer.AsSpan(0, got);
            if (seal is not null) piece = seal.Close(piece, Bound(name, at, "piece"));
            RandomAccess.Write(file!.SafeFileHandle, piece, at);
            (at, size) = (at + piece.Length, size + got);
            if (size > limit) return null;
        }
        var hex = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (known.TryGetValue(hex, out var there)) return there;
        length = at;
        return known[hex] = string.Create(CultureInfo.InvariantCulture, $"{name}:{start}:{hex}");
    }

    /// <summary>Writes a kept content of any size; false when it is damaged or gone, and then what was written counts for nothing.</summary>
    public bool CopyTo(string content, long size, Stream to)
    {
        if (size <= LargestWhole)
        {
            if (Read(content, size) is not { } whole) return false;
            to.Write(whole);
            return true;
        }
        Flush();
        if (content.Split(':') is not [var pack, var offset, var wanted] || !long.TryParse(offset, CultureInfo.InvariantCulture, out var at)) return false;
        try
        {
            using var source = File.OpenHandle(Path.Combine(folder, Path.GetFileName(pack)), share: FileShare.ReadWrite);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var isSealed = pack.StartsWith(Sealed, StringComparison.Ordinal);
            if (isSealed && seal is null) return false;
            var room = new byte[BufferSize + (isSealed ? SessionSeal.Overhead : 0)];
            for (long done = 0; done < size;)
            {
                var piece = room.AsSpan(0, (int)Math.Min(BufferSize, size - done) + (isSealed ? SessionSeal.Overhead : 0));
                if (Fill(source, at, piece) < piece.Length) return false;
                ReadOnlySpan<byte> plain = isSealed ? seal!.Open(piece, Bound(pack, at, "piece")) : piece;
                if (plain.Length == 0) return false;
                hash.AppendData(plain);
                to.Write(plain);
                (at, done) = (at + piece.Length, done + plain.Length);
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset()) == wanted;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>How much all packs of the session have.</summary>
    public long Size
    {
        get
        {
            if (earlier < 0)
            {
                earlier = 0;
                if (Directory.Exists(folder)) foreach (var pack in new DirectoryInfo(folder).EnumerateFiles()) if (pack.Name != name) earlier += pack.Length;
            }
            return earlier + length;
        }
    }

    /// <summary>How much room the disk has that the packs are on; a great deal where nobody can tell.</summary>
    public long FreeOnDisk
    {
        get
        {
            try
            {
                StateFolder.Make(folder);
                return new DriveInfo(folder).AvailableFreeSpace;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return long.MaxValue;
            }
        }
    }

    private static int Fill(SafeFileHandle source, long at, Span<byte> into)
    {
        var got = 0;
        while (got < into.Length && RandomAccess.Read(source, into[got..], at + got) is > 0 and var read) got += read;
        return got;
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
