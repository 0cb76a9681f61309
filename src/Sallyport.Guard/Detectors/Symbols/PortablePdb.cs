using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>
/// What a portable PDB gives away: embedded sources, document paths, the Source Link map. Format: Portable PDB v1.0 in
/// the dotnet/runtime repository. Throws <see cref="InvalidDataException"/> on damage.
/// </summary>
internal sealed class PortablePdb
{
    private const int MaxSource = 32 << 20;
    private const int MaxDocuments = 20_000;
    private const int MaxName = 4096;

    private static readonly Guid EmbeddedSourceKind = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    /// <summary>Paths of the source files; the first 20,000 of them.</summary>
    public List<string> Documents { get; } = [];

    public byte[]? SourceLink { get; private set; }

    /// <summary>Embedded sources that could not be unpacked.</summary>
    public int Damaged { get; private set; }

    /// <summary>
    /// Length in bytes of the symbols at the start of <paramref name="head"/>; 0 when it is no portable PDB (a managed
    /// assembly's metadata begins alike but has no <c>#Pdb</c> stream). A head that ends too early counts as none.
    /// </summary>
    public static long LengthOf(ReadOnlySpan<byte> head)
    {
        if (head.Length < 32 || !head.StartsWith("BSJB"u8)) return 0;
        var version = BinaryPrimitives.ReadInt32LittleEndian(head[12..]);
        if (version is < 0 or > 255 || 16 + version + 4 > head.Length) return 0;
        var at = 16 + version;
        var streams = BinaryPrimitives.ReadUInt16LittleEndian(head[(at + 2)..]);
        at += 4;
        var (isPdb, end) = (false, 0L);
        for (var i = 0; i < Math.Min((int)streams, 16); i++)
        {
            if (at + 12 > head.Length) break;
            end = Math.Max(end, (long)BinaryPrimitives.ReadUInt32LittleEndian(head[at..]) + BinaryPrimitives.ReadUInt32LittleEndian(head[(at + 4)..]));
            var name = head[(at + 8)..];
            var zero = name.IndexOf((byte)0);
            if (zero is < 0 or > 32) break;
            if (name[..zero].SequenceEqual("#Pdb"u8)) isPdb = true;
            at += 8 + (zero + 4) / 4 * 4;
        }
        return isPdb ? end : 0;
    }

    /// <param name="image">The whole PDB.</param>
    /// <param name="spend">Called with bytes as they are unpacked; may throw to end the reading.</param>
    /// <param name="source">Gets each embedded source, path and content, as it is met.</param>
    public static unsafe PortablePdb Read(ReadOnlyMemory<byte> image, Action<int> spend, Action<string, byte[]> source)
    {
        var pdb = new PortablePdb();
        using var pin = image.Pin();
        try
        {
            pdb.Read(new MetadataReader((byte*)pin.Pointer, image.Length), spend, source);
        }
        catch (Exception e) when (e is BadImageFormatException or ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException or NotSupportedException or InvalidCastException)
        {
            throw new InvalidDataException(e.Message, e);
        }
        return pdb;
    }

    private void Read(MetadataReader reader, Action<int> spend, Action<string, byte[]> source)
    {
        foreach (var handle in reader.Documents)
        {
            if (Documents.Count == MaxDocuments) break;
            Documents.Add(NameOf(reader, reader.GetDocument(handle), spend));
        }
        foreach (var handle in reader.CustomDebugInformation)
        {
            var information = reader.GetCustomDebugInformation(handle);
            var kind = reader.GetGuid(information.Kind);
            if (kind == SourceLinkKind)
            {
                SourceLink ??= reader.GetBlobBytes(information.Value);
                continue;
            }
            if (kind != EmbeddedSourceKind) continue;
            var path = information.Parent.Kind == HandleKind.Document ? NameOf(reader, reader.GetDocument((DocumentHandle)information.Parent), spend) : "unnamed";
            if (Unpack(reader.GetBlobBytes(information.Value), spend) is { } content) source(path, content);
            else Damaged++;
        }
    }

    // A separator, then parts that stand elsewhere. Hostile names repeat large parts; no real path is longer than this.
    private static string NameOf(MetadataReader reader, Document document, Action<int> spend)
    {
        if (document.Name.IsNil) return "unnamed";
        var blob = reader.GetBlobReader(document.Name);
        if (blob.Length < 2) return "unnamed";
        var separator = (char)blob.ReadByte();
        var name = new StringBuilder();
        for (var first = true; blob.RemainingBytes > 0 && name.Length < MaxName; first = false)
        {
            if (!first && separator != 0) name.Append(separator);
            var part = reader.GetBlobReader(blob.ReadBlobHandle());
            name.Append(part.ReadUTF8(Math.Min(part.Length, MaxName)));
        }
        spend(name.Length);
        return name.ToString();
    }

    // int32: 0 = as it is, positive = deflated and this long; negative is reserved.
    private static byte[]? Unpack(byte[] blob, Action<int> spend)
    {
        if (blob.Length < 4) return null;
        var size = BinaryPrimitives.ReadInt32LittleEndian(blob);
        spend(blob.Length);
        if (size == 0) return blob[4..];
        if (size < 0) return null;
        return Inflate(blob.AsMemory(4), Math.Min(size, MaxSource), spend);
    }

    /// <summary>Inflates at most <paramref name="limit"/> bytes; null when that fails before the first byte.</summary>
    public static byte[]? Inflate(ReadOnlyMemory<byte> deflated, int limit, Action<int> spend)
    {
        using var inflater = new DeflateStream(new Artifacts.MemoryReadStream(deflated), CompressionMode.Decompress);
        var result = new MemoryStream(Math.Min(limit, 64 * 1024));
        Span<byte> part = stackalloc byte[8192];
        try
        {
            while (result.Length < limit)
            {
                var read = inflater.Read(part[..(int)Math.Min(part.Length, limit - result.Length)]);
                if (read == 0) break;
                spend(read);
                result.Write(part[..read]);
            }
        }
        catch (InvalidDataException)
        {
            // What came out before the damage is what an outsider gets, too.
        }
        return result.Length == 0 ? null : result.ToArray();
    }

    /// <summary>A source's path as a relative one: no drive, no root, no <c>..</c>.</summary>
    public static string RelativeName(string path)
    {
        var name = new StringBuilder();
        var parts = path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts)
        {
            if (part is "." or ".." or "_" or "_1" || part.EndsWith(':')) continue;
            if (name.Length > 0) name.Append('/');
            name.Append(part);
        }
        return name.Length == 0 ? "unnamed" : name.ToString();
    }
}
