using System.IO.Compression;
using Sallyport.Guard.Artifacts.Codecs;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// zlib, raw deflate and Brotli inside of an encoding, which have no mark or a weak one: tried where decoded bytes make no
/// sense as text, believed when text comes out. (gzip, zip and the like are containers and come before.)
/// </summary>
internal sealed class DeflateDecoder : SweepDecoder
{
    private const int MinPacked = 18;
    private const int MaxUnpacked = 16 << 20;
    private const int Sample = 256;

    public override string Name => "deflate";

    public override bool ReadsNoise(ReadOnlySpan<byte> noise) => noise.Length >= MinPacked && (!IsDigest(noise) || IsZlib(noise));

    public override void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink)
    {
        if (!view.IsDecoded || !ReadsNoise(text) || Texture.IsText(text)) return;
        if (IsZlib(text) && Inflate(view, text, zlib: true, sink)) return;
        if (IsDigest(text)) return;
        if (DeflateHeader.IsPlausible(text) && Inflate(view, text, zlib: false, sink)) return;
        if (text.Length <= 1 << 20) Brotli(view, text, sink);
    }

    private static bool IsZlib(ReadOnlySpan<byte> bytes) =>
        (bytes[0] & 0x0F) == 8 && bytes[0] >> 4 <= 7 && (bytes[0] << 8 | bytes[1]) % 31 == 0 && (bytes[1] & 0x20) == 0;

    // The most common noise, to go by its length.
    private static bool IsDigest(ReadOnlySpan<byte> bytes) => bytes.Length is 20 or 32 or 48 or 64;

    private static unsafe bool Inflate(TextView view, ReadOnlySpan<byte> packed, bool zlib, DecodeSink sink)
    {
        Span<byte> sample = stackalloc byte[Sample];
        var made = InflateStream.Try(packed, zlib ? InflateStream.Format.Zlib : InflateStream.Format.Deflate, sample, out _);
        if (made == 0 || !zlib && !Texture.IsText(sample[..made])) return false;
        fixed (byte* first = packed)
        {
            using var input = new UnmanagedMemoryStream(first, packed.Length);
            using Stream stream = zlib ? new ZLibStream(input, CompressionMode.Decompress) : new DeflateStream(input, CompressionMode.Decompress);
            var output = sink.Buffer.Clear();
            try
            {
                while (output.Length < MaxUnpacked)
                {
                    var read = stream.Read(output.Room(Math.Max(Sample, output.Length)));
                    if (read == 0) break;
                    output.Advance(read);
                    view.Sink.Run.Budget.CheckTime();
                }
            }
            catch (InvalidDataException)
            {
                // Cut off or damaged: what came out so far still counts.
            }
            if (output.Length >= MaxUnpacked) view.Sink.Unreadable($"compressed data in it unpacks to more than {MaxUnpacked >> 20} MiB");
            if (output.Length == 0) return false;
            sink.Emit(0, packed.Length);
            return true;
        }
    }

    private static void Brotli(TextView view, ReadOnlySpan<byte> packed, DecodeSink sink)
    {
        using var decoder = default(BrotliDecoder);
        var output = sink.Buffer.Clear();
        while (output.Length < MaxUnpacked)
        {
            var status = decoder.Decompress(packed, output.Room(Math.Max(Sample, output.Length)), out var taken, out var written);
            packed = packed[taken..];
            var begun = output.Length > 0;
            output.Advance(written);
            if (status == System.Buffers.OperationStatus.InvalidData || !begun && !Texture.IsText(output.Written)) return;
            if (status == System.Buffers.OperationStatus.DestinationTooSmall) { view.Sink.Run.Budget.CheckTime(); continue; }
            // A stream that does not come to its end is chance.
            if (status != System.Buffers.OperationStatus.Done) return;
            break;
        }
        if (output.Length >= MinPacked) sink.Emit(0, view.Text.Length);
    }
}

/// <summary>Tells in a few steps whether bytes can be the beginning of a deflate stream (RFC 1951); chance rarely can.</summary>
internal static class DeflateHeader
{
    public static bool IsPlausible(ReadOnlySpan<byte> bytes)
    {
        var type = bytes[0] >> 1 & 3;
        if (type == 0) return (bytes[1] | bytes[2] << 8) == (ushort)~(bytes[3] | bytes[4] << 8);
        if (type == 3) return false;
        if (type == 1) return true;
        // Dynamic codes: the lengths of the code of code lengths must fill the code space exactly.
        var bits = 0UL;
        for (var i = 0; i < 8; i++) bits |= (ulong)bytes[i] << (8 * i);
        bits >>= 3;
        var (literals, distances, lengths) = ((int)(bits & 31), (int)(bits >> 5 & 31), (int)(bits >> 10 & 15) + 4);
        if (literals > 29 || distances > 29) return false;
        var at = 17;
        var filled = 0;
        for (var i = 0; i < lengths; i++, at += 3)
        {
            var length = (bytes[at >> 3] | bytes[(at >> 3) + 1] << 8) >> (at & 7) & 7;
            if (length > 0) filled += 128 >> length;
        }
        return filled == 128;
    }
}
