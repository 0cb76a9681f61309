using System.Numerics;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// UTF-16 and UTF-32, both byte orders: a whole text that begins with a mark, and stretches of it in binaries (the string
/// heap of .NET, resources). Stretches that stand close together are read as one.
/// </summary>
internal sealed class Utf16Decoder : SweepDecoder
{
    private const int MaxGap = 8;
    private const int Together = 4 * 1024;
    private const int Block = 48;

    public override string Name => "utf-16";

    public override void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink)
    {
        if (view.OwnStart == 0 && view.Offset == 0 || view.IsDecoded)
        {
            if (Marked(text) is { } encoding)
            {
                Whole(text, encoding, sink);
                return;
            }
        }
        var zero = text[view.OwnStart..].IndexOf((byte)0);
        if (zero < 0) return;
        var at = Math.Max(view.OwnStart, view.OwnStart + zero - 1);
        while (at < view.OwnEnd && Find(text, at, out var start, out var step, out var first))
        {
            if (start >= view.OwnEnd) break;
            at = Group(text, start, step, first, sink.Buffer.Clear());
            sink.Emit(start, at - start);
            // With a zero before it, it may as well be of the other byte order.
            if (first != 0 || start == 0 || text[start - 1] != 0) continue;
            var other = start - step + 1;
            if (other < 0) continue;
            var end = Group(text, other, step, step - 1, sink.Buffer.Clear());
            sink.Emit(other, end - other);
        }
    }

    private static Encoding? Marked(ReadOnlySpan<byte> text) => text switch
    {
        [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
        [0, 0, 0xFE, 0xFF, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    private static void Whole(ReadOnlySpan<byte> text, Encoding encoding, DecodeSink sink)
    {
        var decoder = encoding.GetDecoder();
        Span<char> characters = stackalloc char[2048];
        var output = sink.Buffer.Clear();
        for (var at = 0; at < text.Length;)
        {
            decoder.Convert(text[at..], characters, flush: false, out var bytesUsed, out var charsUsed, out _);
            if (bytesUsed == 0 && charsUsed == 0) break;
            at += bytesUsed;
            output.Advance(Encoding.UTF8.GetBytes(characters[..charsUsed], output.Room(charsUsed * 3)));
        }
        sink.EmitTranscript();
    }

    /// <summary>
    /// Some characters in a row whose other bytes are zero. <paramref name="step"/> is 2 or 4;
    /// <paramref name="first"/> is the character's place in its unit.
    /// </summary>
    private static bool Find(ReadOnlySpan<byte> text, int at, out int start, out int step, out int first)
    {
        for (; at < text.Length - 12; at += Block)
        {
            // Blocks overlap, so that five characters that begin in the first 48 bytes are seen whole.
            var letters = ByteMasks.Of<PrintableSet>(text, at);
            var zeros = Zeros(text, at);
            if (letters == 0 || zeros == 0) continue;
            var little = letters & zeros >> 1;
            var pairs = little & little >> 2;
            pairs &= pairs >> 4 & little >> 8;
            if (pairs != 0)
            {
                (start, step, first) = (at + BitOperations.TrailingZeroCount(pairs), 2, 0);
                return true;
            }
            var wide = little & zeros >> 2 & zeros >> 3;
            wide &= wide >> 4;
            wide &= wide >> 8;
            if (wide != 0)
            {
                (start, step, first) = (at + BitOperations.TrailingZeroCount(wide), 4, 0);
                return true;
            }
            var big = zeros & letters >> 1;
            pairs = big & big >> 2;
            pairs &= pairs >> 4 & big >> 8;
            if (pairs != 0)
            {
                (start, step, first) = (at + BitOperations.TrailingZeroCount(pairs), 2, 1);
                return true;
            }
        }
        (start, step, first) = (0, 0, 0);
        return false;
    }

    private static ulong Zeros(ReadOnlySpan<byte> text, int at) => ByteMasks.Of<ZeroSet>(text, at);

    // Reads units until one is no ASCII; short gaps (a length, a flag) are bridged with a line feed.
    private static int Group(ReadOnlySpan<byte> text, int start, int step, int first, DecodeBuffer output)
    {
        var (at, end) = (start, start);
        while (true)
        {
            while (at + step <= text.Length && IsUnit(text, at, step, first))
            {
                output.Add(text[at + first]);
                at += step;
            }
            end = at;
            if (end - start > Together) return end;
            var next = end + 1;
            var limit = Math.Min(text.Length - 4 * step, end + MaxGap);
            while (next < limit && !(IsUnit(text, next, step, first) && IsUnit(text, next + step, step, first) && IsUnit(text, next + 2 * step, step, first))) next++;
            if (next >= limit) return end;
            output.Add((byte)'\n');
            at = next;
        }
    }

    private static bool IsUnit(ReadOnlySpan<byte> text, int at, int step, int first)
    {
        if (text[at + first] is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or > 0x7E) return false;
        return step == 2 ? text[at + 1 - first] == 0 : text[at + 1] == 0 && text[at + 2] == 0 && text[at + 3 - first] == 0;
    }
}
