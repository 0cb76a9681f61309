using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// Every object of a git pack, deltas resolved (git's pack-format documentation). History that a repository no longer
/// shows is still in its packs.
/// </summary>
internal sealed class GitPackReader : ContainerReader
{
    private const int MaxObject = 32 << 20;
    private const int CacheBytes = 16 << 20;

    public override string Kind => "git-pack";
    public override bool PrefersSeek => true;

    public override bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && head.StartsWith("PACK"u8) && BinaryPrimitives.ReadUInt32BigEndian(head[4..]) is 2 or 3;

    public override void Read(Stream content, MemberSink sink)
    {
        byte[] pack;
        if (content is MemoryReadStream memory) pack = memory.Memory.ToArray();
        else if (content.CanSeek && content.Length <= 256 << 20)
        {
            pack = new byte[content.Length];
            content.ReadExactly(pack);
        }
        else
        {
            sink.Unreadable("", "this git pack is too large to be opened here");
            return;
        }
        new Walk(pack, sink).Run();
    }

    private sealed class Walk(byte[] pack, MemberSink sink)
    {
        private readonly Dictionary<int, (int Type, byte[] Data)> cache = [];
        private readonly Dictionary<string, int> byHash = new(StringComparer.Ordinal);
        private readonly Queue<int> cached = new();
        private long cachedBytes;

        public void Run()
        {
            var count = BinaryPrimitives.ReadUInt32BigEndian(pack.AsSpan(8));
            var at = 12;
            var later = new List<int>();
            for (uint i = 0; i < count; i++)
            {
                sink.CheckTime();
                if (at + 20 >= pack.Length) throw new InvalidDataException($"the pack ends after {i} of {count} objects");
                var start = at;
                if (!TryResolve(start, 0, out var type, out var data, out at)) later.Add(start);
                else Emit(start, type, data);
            }
            // REF deltas may point forward; a few rounds resolve every chain that can be.
            for (var round = 0; later.Count > 0 && round < 50; round++)
            {
                var left = new List<int>();
                foreach (var start in later)
                {
                    if (TryResolve(start, 0, out var type, out var data, out _)) Emit(start, type, data);
                    else left.Add(start);
                }
                if (left.Count == later.Count) break;
                later = left;
            }
            if (later.Count > 0) sink.Unreadable("", $"{later.Count} objects build on others that are not in the pack (a thin pack)");
        }

        private void Emit(int start, int type, byte[] data)
        {
            var name = type switch { 1 => "commit", 2 => "tree", 3 => "blob", 4 => "tag", _ => "object" };
            var head = Encoding.ASCII.GetBytes($"{name} {data.Length}\0");
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            sha.AppendData(head);
            sha.AppendData(data);
            var hash = Convert.ToHexStringLower(sha.GetHashAndReset());
            byHash[hash] = start;
            if (type != 2) sink.File(new Member($"{name}-{hash[..12]}"), data);
        }

        private bool TryResolve(int start, int depth, out int type, out byte[] data, out int end)
        {
            end = start;
            if (cache.TryGetValue(start, out var known))
            {
                (type, data) = known;
                return true;
            }
            (type, data) = (0, []);
            // git itself stops at 4095; anything deeper is an attack on our stack.
            if (depth > 500) throw new InvalidDataException("a chain of deltas that is too long");
            var at = start;
            int b = Byte(ref at);
            type = (b >> 4) & 7;
            long size = b & 15;
            for (var shift = 4; (b & 0x80) != 0; shift += 7)
            {
                b = Byte(ref at);
                if (shift > 40) throw new InvalidDataException("an object size that overflows");
                size |= (long)(b & 0x7F) << shift;
            }
            if (size > MaxObject) throw new InvalidDataException($"an object of {size} bytes");
            int? origin = null;
            if (type == 6)
            {
                b = Byte(ref at);
                long back = b & 0x7F;
                while ((b & 0x80) != 0)
                {
                    b = Byte(ref at);
                    back = ((back + 1) << 7) | (uint)(b & 0x7F);
                    if (back > start) break;
                }
                if (back <= 0 || back > start - 12) throw new InvalidDataException("a delta that points outside the pack");
                origin = start - (int)back;
            }
            else if (type == 7)
            {
                if (at + 20 > pack.Length) throw new EndOfStreamException("cut off in an object header");
                origin = byHash.TryGetValue(Convert.ToHexStringLower(pack.AsSpan(at, 20)), out var place) ? place : -1;
                at += 20;
            }
            var own = Inflate(at, (int)size, out end);
            if (origin is null) data = own;
            else if (origin < 0 || !TryResolve(origin.Value, depth + 1, out type, out var source, out _)) return false;
            else data = Patch(source, own);
            Remember(start, type, data);
            return true;
        }

        private int Byte(ref int at) => at < pack.Length ? pack[at++] : throw new EndOfStreamException("cut off in an object header");

        // The framework's inflater does not say where it stopped; the checksum behind the data does (RFC 1950).
        private byte[] Inflate(int at, int size, out int end)
        {
            var data = new byte[size];
            using (var stream = new ZLibStream(new MemoryStream(pack, at, pack.Length - at), CompressionMode.Decompress))
            {
                stream.ReadExactly(data);
                if (stream.ReadByte() >= 0) throw new InvalidDataException("an object longer than it says");
            }
            Span<byte> adler = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(adler, Adler32(data));
            var place = pack.AsSpan(at + 2).IndexOf(adler);
            if (place < 0) throw new InvalidDataException("an object without its checksum");
            end = at + 2 + place + 4;
            return data;
        }

        private void Remember(int start, int type, byte[] data)
        {
            if (data.Length > CacheBytes / 4) return;
            cache[start] = (type, data);
            cached.Enqueue(start);
            cachedBytes += data.Length;
            while (cachedBytes > CacheBytes && cached.TryDequeue(out var oldest))
            {
                if (cache.Remove(oldest, out var gone)) cachedBytes -= gone.Data.Length;
            }
        }

        private static byte[] Patch(byte[] source, byte[] delta)
        {
            var at = 0;
            if (Size(delta, ref at) != source.Length) throw new InvalidDataException("a delta for another object");
            var size = Size(delta, ref at);
            if (size > MaxObject) throw new InvalidDataException($"a delta to {size} bytes");
            var result = new byte[size];
            var written = 0;
            while (at < delta.Length)
            {
                var op = delta[at++];
                int from, count;
                if ((op & 0x80) != 0)
                {
                    from = count = 0;
                    for (var i = 0; i < 4; i++) if ((op & (1 << i)) != 0) from |= Next(delta, ref at) << (8 * i);
                    for (var i = 0; i < 3; i++) if ((op & (16 << i)) != 0) count |= Next(delta, ref at) << (8 * i);
                    if (count == 0) count = 0x10000;
                    if (from < 0 || from > source.Length - count || written + count > size) throw new InvalidDataException("a delta that copies from outside");
                    source.AsSpan(from, count).CopyTo(result.AsSpan(written));
                }
                else
                {
                    count = op;
                    if (count == 0 || at + count > delta.Length || written + count > size) throw new InvalidDataException("a delta that is cut off");
                    delta.AsSpan(at, count).CopyTo(result.AsSpan(written));
                    at += count;
                }
                written += count;
            }
            return result;
        }

        private static int Next(byte[] delta, ref int at) => at < delta.Length ? delta[at++] : throw new InvalidDataException("a delta that is cut off");

        private static long Size(byte[] delta, ref int at)
        {
            long value = 0;
            for (var shift = 0; shift < 42; shift += 7)
            {
                var b = Next(delta, ref at);
                value |= (long)(b & 0x7F) << shift;
                if (b < 0x80) return value;
            }
            throw new InvalidDataException("a delta size that overflows");
        }

        private static uint Adler32(ReadOnlySpan<byte> data)
        {
            uint a = 1, b = 0;
            while (data.Length > 0)
            {
                // 5552 is the most that cannot overflow 32 bits between reductions.
                foreach (var value in data[..Math.Min(data.Length, 5552)])
                {
                    a += value;
                    b += a;
                }
                (a, b) = (a % 65521, b % 65521);
                data = data[Math.Min(data.Length, 5552)..];
            }
            return (b << 16) | a;
        }
    }
}
