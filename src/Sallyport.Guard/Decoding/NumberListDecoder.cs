using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Bytes written as numbers: arrays in decimal or hex (<c>[103,104,…]</c>, <c>{0x67, 0x68}</c>, signed too), and hex dumps
/// with spaces, colons or offsets (xxd, hexdump, od).
/// </summary>
internal sealed class NumberListDecoder : SweepDecoder
{
    private const int MinRun = 24;
    private const int MinNumbers = 8;

    public override string Name => "byte-list";

    public override void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink)
    {
        var runs = new ByteRuns<NumberListSet>(text, view.OwnStart, MinRun);
        while (runs.Next(out var start, out var end) && start < view.OwnEnd)
        {
            // The first lines of a dump, then the rest of it: the column of letters breaks the run.
            if (Dump(text, start, end, sink.Buffer.Clear()) is var dumpEnd and > 0)
            {
                Emit(start, dumpEnd - start, sink);
                runs.SkipTo(dumpEnd);
                continue;
            }
            var run = text[start..end];
            var commas = run.Count((byte)',');
            sink.Buffer.Clear();
            if (commas >= MinNumbers) List(run, sink.Buffer);
            else if (commas <= 2 && run.IndexOfAnyExceptInRange((byte)'\t', (byte)' ') >= 0) Pairs(run, sink.Buffer);
            if (sink.Buffer.Length >= MinNumbers) Emit(start, end - start, sink);
        }
    }

    private static void Emit(int start, int length, DecodeSink sink)
    {
        if (Texture.IsReadable(sink.Buffer.Written)) sink.Emit(start, length);
        else sink.EmitNoise(start, length);
    }

    /// <summary>Numbers between commas; ends at the first that is no byte.</summary>
    private static void List(ReadOnlySpan<byte> run, DecodeBuffer output)
    {
        var hex = run.IndexOf("0x"u8) < 0 && run.ContainsAnyInRange((byte)'a', (byte)'f') || run.IndexOf("0x"u8) < 0 && run.ContainsAnyInRange((byte)'A', (byte)'F');
        // A run may begin with the tail of a word.
        var at = run[0] is >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' || hex ? 0 : run.IndexOfAnyInRange((byte)'0', (byte)'9');
        while (at >= 0 && at < run.Length)
        {
            at = Stretch.SkipSpace(run, at);
            if (at >= run.Length) return;
            var negative = run[at] == '-';
            if (negative) at++;
            var prefixed = at + 2 < run.Length && run[at] == '0' && (run[at + 1] | 32) == 'x';
            if (prefixed) at += 2;
            var (value, first) = (0, at);
            while (at < run.Length && at - first < 4 && Stretch.Hex(run, at) is var digit and >= 0 && (digit < 10 || prefixed || hex))
            {
                value = value * (prefixed || hex ? 16 : 10) + digit;
                at++;
            }
            if (at == first || value > 255 || negative && value > 128)
            {
                if (output.Length >= MinNumbers) return;
                output.Clear();
            }
            else output.Add((byte)(negative ? -value : value));
            var comma = run[at..].IndexOf((byte)',');
            if (comma < 0) return;
            at += comma + 1;
        }
    }

    /// <summary><c>67 68 70</c> or <c>67:68:70</c>, also <c>6768 7074</c> and <c>0x67 0x68</c>.</summary>
    private static void Pairs(ReadOnlySpan<byte> run, DecodeBuffer output)
    {
        for (var at = 0; at < run.Length;)
        {
            if (Stretch.IsSpace(run[at]) || run[at] is (byte)':' or (byte)'-' or (byte)',')
            {
                at++;
                continue;
            }
            if (run[at] == '0' && at + 3 < run.Length && (run[at + 1] | 32) == 'x') at += 2;
            var digits = Stretch.HexDigits(run, at);
            // Words and decimal columns are no bytes. Long runs of digits are another decoder's.
            if (digits is 0 or > 16 || digits % 2 != 0)
            {
                if (output.Length >= MinNumbers) return;
                output.Clear();
                at += Math.Max(1, digits);
                continue;
            }
            for (var i = 0; i < digits; i += 2) output.Add((byte)Stretch.Hex(run, at + i, 2));
            at += digits;
        }
    }

    // offset, colon or spaces, groups of hex, two spaces or a bar, letters. Returns the end, or -1.
    private static int Dump(ReadOnlySpan<byte> text, int start, int end, DecodeBuffer output)
    {
        var at = start;
        for (var limit = Math.Min(end, at + 16); at < limit && Stretch.Hex(text, at, 6) < 0;) at++;
        // The line's own beginning: what stands before the run may be the letters of the line above.
        if (at > 0 && text[at - 1] is not ((byte)'\n' or (byte)' ' or (byte)'\t' or (byte)'"' or (byte)'\'' or (byte)'`')) return -1;
        var (lines, last, offset) = (0, -1, -1L);
        while (at < text.Length)
        {
            var lineEnd = Stretch.EndAt(text, at, Stretch.LineEnds, 256);
            var line = text[at..lineEnd];
            var digits = Stretch.HexDigits(line, 0);
            if (digits is < 6 or > 16 || digits >= line.Length - 2 || line[digits] is not ((byte)':' or (byte)' ')) break;
            var here = 0L;
            for (var i = 0; i < digits; i++) here = here << 4 | (uint)Stretch.Hex(line, i);
            if (offset >= 0 && here <= offset) break;
            offset = here;
            var body = line[(digits + 1)..];
            var count = 0;
            for (var i = 0; i < body.Length && count < 32;)
            {
                if (body[i] == ' ')
                {
                    // The letters stand behind two spaces or a bar, once a line is full.
                    if (count > 0 && i + 1 < body.Length && body[i + 1] == ' ' && (count % 8 != 0 || count >= 16 || line[digits] == ':')) break;
                    i++;
                    continue;
                }
                if (Stretch.Hex(body, i, 2) is not (var value and >= 0)) break;
                output.Add((byte)value);
                count++;
                i += 2;
            }
            if (count == 0) break;
            lines++;
            last = lineEnd;
            at = Stretch.SkipSpace(text, lineEnd, 8);
        }
        return lines >= 2 ? last : -1;
    }
}
