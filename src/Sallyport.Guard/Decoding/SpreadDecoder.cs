using System.Numerics;
using System.Runtime.Intrinsics;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Characters that stand apart: in the columns of <c>od -c</c>, <c>od -a</c> and <c>hexdump -c</c>, or with one space or line break after each.</summary>
internal sealed class SpreadDecoder : SweepDecoder
{
    private const int MinCharacters = 8;
    private const int MaxLine = 512;

    // A pattern that begins in the first 48 bytes of a block ends within it.
    private const int Step = 48;

    public override string Name => "spread";

    public override void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink)
    {
        // Up to here, lines were held to be columns, whatever came of it.
        var read = 0;
        for (var at = view.OwnStart; at < view.OwnEnd;)
        {
            var white = ByteMasks.Of<WhiteSet>(text, at);
            var inked = ~white;
            // Single characters behind three spaces, three times; or each between two, five times.
            var cell = inked & white << 1 & white << 2 & white << 3;
            var apart = inked & white << 1 & white >> 1;
            var cells = cell & cell >> 4 & cell >> 8;
            if (cells != 0 && read > at) cells &= read - at >= 64 ? 0 : ~0UL << (read - at);
            var singles = apart & apart >> 2 & apart >> 4 & apart >> 6 & apart >> 8;
            if ((cells | singles) == 0)
            {
                at += Step;
                continue;
            }
            var first = at + BitOperations.TrailingZeroCount(cells | singles);
            var isCell = (cells >> (first - at) & 1) != 0;
            sink.Buffer.Clear();
            var (start, end) = isCell ? Cells(text, first, view.OwnStart, sink.Buffer) : Singles(text, first, sink.Buffer);
            if (sink.Buffer.Length >= MinCharacters) sink.Emit(start, end - start);
            if (isCell) read = Math.Max(end, Stretch.EndAt(text, first, Stretch.LineEnds, MaxLine));
            at = Math.Max(first + 1, end);
        }
    }

    private static (int Start, int End) Singles(ReadOnlySpan<byte> text, int at, DecodeBuffer output)
    {
        // The first of all may stand at the text's beginning, or behind a quote or a bracket.
        var start = at >= 2 && IsInk(text, at - 2) && (!IsInk(text, at - 3) || IsSign(text, at - 3)) ? at - 2 : at;
        for (at = start; IsInk(text, at) && (!IsInk(text, at + 1) || IsSign(text, at + 1)); at += 2)
        {
            output.Add(text[at]);
            if (IsInk(text, at + 1)) return (start, at + 1);
            // A line's last character may have a space and a line break behind it.
            if (at + 3 < text.Length && text[at + 1] == ' ' && text[at + 2] == '\n') at++;
        }
        return (start, Math.Min(at, text.Length));
    }

    private static bool IsSign(ReadOnlySpan<byte> text, int at) => IsInk(text, at) && !char.IsAsciiLetterOrDigit((char)text[at]) && text[at] is not ((byte)'_' or (byte)'-');

    private static bool IsInk(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length && !Stretch.IsSpace(text[at]);

    private static (int Start, int End) Cells(ReadOnlySpan<byte> text, int at, int from, DecodeBuffer output)
    {
        var start = FirstCell(text, at, from);
        // What the line before ends with belongs to it.
        if (start > from && text[start - 1] == '\n')
        {
            var before = Stretch.StartAfter(text, start - 1, Stretch.LineEnds, MaxLine);
            if (before >= from && before + Line(text[before..(start - 1)], output) == start - 1) start = before;
            output.Clear();
        }
        var (line, end) = (start, start);
        while (line < text.Length)
        {
            var lineEnd = Stretch.EndAt(text, line, Stretch.LineEnds, MaxLine);
            var taken = Line(text[line..lineEnd], output);
            if (taken == 0) break;
            end = line + taken;
            if (end < lineEnd) break;
            line = lineEnd + (lineEnd + 1 < text.Length && text[lineEnd] == '\r' && text[lineEnd + 1] == '\n' ? 2 : 1);
        }
        return (start, end);
    }

    // Back over cells, and over the offset before them.
    private static int FirstCell(ReadOnlySpan<byte> text, int at, int from)
    {
        var first = at - 3;
        for (var limit = Math.Max(from, at - MaxLine); first - 4 >= limit && IsCell(text.Slice(first - 4, 4));) first -= 4;
        var digits = 0;
        while (digits < 16 && first - digits > from && Stretch.Hex(text, first - digits - 1) >= 0) digits++;
        return digits >= 6 ? first - digits : first;
    }

    // An offset or none, then cells of four. Returns how much of the line that is.
    private static int Line(ReadOnlySpan<byte> line, DecodeBuffer output)
    {
        var offset = Stretch.HexDigits(line, 0);
        if (offset is not (0 or (>= 6 and <= 16))) return 0;
        var at = offset;
        for (; line.Length - at >= 4 && IsCell(line.Slice(at, 4)); at += 4)
        {
            var cell = line.Slice(at + 1, 3).TrimStart((byte)' ');
            if (cell.Length == 1) output.Add(cell[0]);
            else if (cell.IsEmpty || cell.SequenceEqual("sp"u8)) output.Add((byte)' ');
            else if (cell[0] == '\\') Escapes.Undo(cell, output);
            else if (cell.Length == 3 && cell.IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0) output.Add((byte)((cell[0] & 7) << 6 | (cell[1] & 7) << 3 | cell[2] & 7));
            // The name of a character that nobody sees.
            else output.Add((byte)'\n');
        }
        return at == offset ? 0 : at;
    }

    // The character stands at the right; what takes more room is an escape, a number or a name.
    private static bool IsCell(ReadOnlySpan<byte> cell) =>
        cell[0] == ' ' && cell[1..].TrimStart((byte)' ') is var ink && !ink.ContainsAny(" \t\r\n"u8) && (ink.Length < 2 || ink[0] == '\\' || char.IsAsciiLetterOrDigit((char)ink[0]));
}

/// <summary>Space, tab, line feed, carriage return.</summary>
internal readonly struct WhiteSet : IByteSet
{
    public static Vector128<byte> Low => Vector128.Create((byte)1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 2, 0, 0);
    public static Vector128<byte> High => Vector128.Create((byte)2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
