using System.Buffers;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Finds runs of the base64 alphabet and takes line wrapping out of them: lines of one length, with white space, quotes,
/// <c>+</c>, <c>\</c>, comment signs or an escaped <c>\n</c> between them.
/// </summary>
internal static class EncodedRuns
{
    private const int MinWrapped = 32;
    private const int MaxBetween = 160;

    private static readonly SearchValues<byte>[] Narrow =
    [
        SearchValues.Create("0123456789abcdefABCDEF"u8),
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"u8),
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567"u8),
    ];

    public static void Sweep(TextView view, ReadOnlySpan<byte> text, RunDecoder[] decoders, ScanLayer layer)
    {
        var lines = layer.Lines;
        var runs = new ByteRuns<Base64Set>(text, view.OwnStart, RunDecoder.MinRun);
        var joined = 0;
        // Not in a check: there a thing is told once, and what was told before counts as nothing new.
        var dull = view.Sink.Spans is null || view.IsDecoded ? null : layer.Dull;
        while (runs.Next(out var start, out var end) && start < view.OwnEnd)
        {
            var goesOn = start == view.OwnStart && start > 0 && Base64Decoder.IsBase64(text[start - 1]);
            // The piece before saw up to a reach behind its own end, which is where this one begins.
            if (goesOn && end <= view.OwnStart + TextHit.Reach) continue;
            if (start >= joined && end - start >= MinWrapped && JoinLines(text, start, end, lines.Clear(), out var count) is var blockEnd && blockEnd > end)
            {
                joined = blockEnd;
                Offer(new EncodedRun(start, blockEnd - start, lines.Written, goesOn), decoders, layer);
                // A second line may as well be a word that has nothing to do with the first.
                if ((end - start) % 4 == 0 && count > 2)
                {
                    runs.SkipTo(blockEnd);
                    continue;
                }
            }
            var run = text[start..end];
            var slot = -1;
            if (dull is not null && !goesOn && dull.Has(run, out slot)) continue;
            var before = slot < 0 ? 0 : view.Sink.Spans!.Count;
            Offer(new EncodedRun(start, end - start, run, goesOn), decoders, layer);
            if (slot >= 0 && view.Sink.Spans!.Count == before) dull!.Add(run, slot);
        }
    }

    private static void Offer(in EncodedRun run, RunDecoder[] decoders, ScanLayer layer)
    {
        foreach (var decoder in decoders)
        {
            layer.Decoder = decoder;
            if (decoder.Decode(run, layer)) return;
        }
    }

    /// <summary>Copies the lines of a wrapped block; returns its end, or the first line's end when there is but one.</summary>
    private static int JoinLines(ReadOnlySpan<byte> text, int start, int end, DecodeBuffer lines, out int count)
    {
        count = 1;
        var width = end - start;
        var first = end;
        while (true)
        {
            var next = SkipBetween(text, end);
            if (next < 0) return end;
            var stop = next;
            while (stop < text.Length && stop - next <= width && Base64Decoder.IsBase64(text[stop])) stop++;
            var length = stop - next;
            if (length == 0 || length > width) return end;
            if (end == first) lines.Add(text[start..end]);
            if (length < width && IsOther(lines.Written, text[next..stop])) return end;
            count++;
            lines.Add(text[next..stop]);
            end = stop;
            if (length < width) return end;
        }
    }

    // What follows base32 or hex, in letters that these have not, is no part of it.
    private static bool IsOther(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> tail)
    {
        foreach (var alphabet in Narrow)
        {
            if (tail.ContainsAnyExcept(alphabet) && !lines.ContainsAnyExcept(alphabet)) return true;
        }
        return false;
    }

    // From the end of a line to the first character of the next; -1 when something else stands between, or no line break.
    private static int SkipBetween(ReadOnlySpan<byte> text, int at)
    {
        var limit = Math.Min(text.Length, at + MaxBetween);
        var (broken, quoted) = (false, false);
        while (at < limit)
        {
            var b = text[at];
            if (b is (byte)'\n') broken = true;
            else if (b is (byte)'"' or (byte)'\'' or (byte)'`') quoted = true;
            else if (b == '\\' && at + 1 < limit && text[at + 1] is (byte)'n' or (byte)'r' or (byte)'\\' or (byte)'\n' or (byte)'\r')
            {
                broken |= text[at + 1] is (byte)'n' or (byte)'r';
                if (text[at + 1] is (byte)'n' or (byte)'r') at++;
            }
            else if (b == '+' && quoted && !IsInner(text, at)) { }
            else if (b == '/' && broken && at + 1 < limit && text[at + 1] == '/') at++;
            else if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'#' or (byte)'*' or (byte)'|' or (byte)'&' or (byte)'.' || b == ',' && quoted) { }
            else return broken && Base64Decoder.IsBase64(b) ? at : -1;
            at++;
        }
        return -1;
    }

    // A plus right behind an opening quote belongs to the line.
    private static bool IsInner(ReadOnlySpan<byte> text, int at) =>
        text[at - 1] is (byte)'"' or (byte)'\'' && at + 1 < text.Length && Base64Decoder.IsBase64(text[at + 1]);
}
