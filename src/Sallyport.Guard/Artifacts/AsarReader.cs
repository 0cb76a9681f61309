using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// Electron's asar: a JSON tree of names, offsets and SHA-256 digests (in a Chromium pickle), then the files' bytes. Files
/// that stand unpacked beside the archive are not in it.
/// </summary>
internal sealed class AsarReader : ContainerReader
{
    private const int MaxHeader = 64 << 20;
    private const int MaxDepth = 60;

    public override string Kind => "asar";

    public override bool Recognises(ReadOnlySpan<byte> head)
    {
        if (head.Length < 20 || BinaryPrimitives.ReadUInt32LittleEndian(head) != 4) return false;
        var (pickle, payload, text) = (U32(head, 4), U32(head, 8), U32(head, 12));
        return pickle == payload + 4 && text <= payload && text > 2 && head[16] == '{' && head[16..].TrimStart("{ \r\n\t"u8).StartsWith("\""u8);
    }

    public override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        var start = source.Take(16);
        long headerBytes = U32(start, 4);
        var textLength = U32(start, 12);
        if (textLength > MaxHeader || textLength + 8 > headerBytes) throw new InvalidDataException("the header states an impossible size");
        var text = new byte[textLength];
        source.ReadExactly(text);
        source.Skip(headerBytes - 8 - textLength);
        sink.File(new Member("(header)") { IsDerived = true }, text);
        var files = new List<(long Offset, long Size, string Name, string? Digest)>();
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2 * MaxDepth + 8 });
            Collect(json.RootElement, "", files, sink, 0);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            throw new InvalidDataException("the header is not valid JSON");
        }
        files.Sort((a, b) => (a.Offset, a.Size).CompareTo((b.Offset, b.Size)));
        var origin = source.Taken;
        var last = (Offset: -1L, Size: -1L);
        foreach (var (offset, size, name, digest) in files)
        {
            sink.CheckTime();
            var at = source.Taken - origin;
            if (offset < at)
            {
                // One stretch under two names, as packers make of equal files, was read under the first.
                if (size > 0 && (offset, size) != last) sink.Report(ArchiveRules.Mismatch, name, "its bytes overlap those of another member");
                continue;
            }
            if (offset > at)
            {
                using var gap = new ByteSource(new BoundedStream(source, offset - at));
                sink.File(new Member($"(between members, at byte {at})") { IsDerived = true }, gap);
                gap.Drain();
            }
            last = (offset, size);
            Take(source, size, name, digest, sink);
        }
        source.SkipZeros();
        if (!source.AtEnd) sink.File(new Member("(after the end)") { IsDerived = true }, source);
    }

    private static void Take(ByteSource source, long size, string name, string? digest, MemberSink sink)
    {
        using var hash = digest is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var content = new HashedStream(new BoundedStream(source, size), hash);
        sink.File(new Member(name) { Size = size }, content);
        content.Drain();
        if (hash is not null && !Convert.ToHexStringLower(hash.GetHashAndReset()).Equals(digest, StringComparison.OrdinalIgnoreCase))
            sink.Report(ArchiveRules.Mismatch, name, "its content does not have the digest that the header states");
    }

    private static void Collect(JsonElement node, string path, List<(long, long, string, string?)> files, MemberSink sink, int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("folders are nested too deep");
        if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty("files", out var children) || children.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException("the header does not list files");
        foreach (var child in children.EnumerateObject())
        {
            var name = path.Length == 0 ? child.Name : $"{path}/{child.Name}";
            var value = child.Value;
            if (value.ValueKind != JsonValueKind.Object) throw new InvalidDataException("the header is damaged");
            if (value.TryGetProperty("files", out _))
            {
                sink.Folder(name);
                Collect(value, name, files, sink, depth + 1);
            }
            else if (value.TryGetProperty("link", out var link) && link.ValueKind == JsonValueKind.String)
            {
                // Targets are seen from the archive's root.
                sink.Link(name, link.GetString()!, isHard: true);
            }
            else if (value.TryGetProperty("unpacked", out var unpacked) && unpacked.ValueKind == JsonValueKind.True)
            {
                sink.Folder(name);
            }
            else
            {
                if (!value.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var bytes) || bytes < 0
                    || !value.TryGetProperty("offset", out var offset) || offset.ValueKind != JsonValueKind.String
                    || !long.TryParse(offset.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var at))
                    throw new InvalidDataException($"{name} has no valid place in the archive");
                files.Add((at, bytes, name, Digest(value)));
            }
        }
    }

    private static string? Digest(JsonElement file) =>
        file.TryGetProperty("integrity", out var integrity) && integrity.ValueKind == JsonValueKind.Object
        && integrity.TryGetProperty("algorithm", out var algorithm) && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("SHA256")
        && integrity.TryGetProperty("hash", out var hash) && hash.ValueKind == JsonValueKind.String ? hash.GetString() : null;

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private sealed class HashedStream(Stream inner, IncrementalHash? hash) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            hash?.AppendData(buffer[..read]);
            return read;
        }
    }
}
