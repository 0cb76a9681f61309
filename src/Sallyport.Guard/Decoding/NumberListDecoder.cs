using System.Numerics;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Bytes written as numbers: arrays and columns in hex, decimal or octal (<c>[103,104,…]</c>, <c>67 68</c>, <c>0x67, 0x68</c>, signed
/// too), words whose bytes are turned around, and dumps with offsets (xxd, hexdump, od). Digits that stand before or behind are no
/// reason to miss them: a run is read as every kind of number at once, and each kind ends where a number is none of its own.
/// </summary>
internal sealed class NumberListDecoder : SweepDecoder
{
    private const int MinRun = 20;
    private const int MinBytes = 8;

    public override string Name => "byte-list";

    public override void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink)
    {
        var runs = new ByteRuns<NumberListSet>(text, view.OwnStart, MinRun);
        while (runs.Next(out var start, out var end) && start < view.OwnEnd)
        {
            // The first lines of a dump, then the rest of it: the column of letters breaks the run.
            for (var line = FirstLine(text, start, end); line >= 0; line = NextLine(text, line, end))
            {
                if (!HexDump.TryRead(text, line, out var dump)) continue;
                Numbers(text[..line], start, sink);
                for (var order = HexDump.Order.AsWritten; order <= dump.Orders; order++)
                {
                    HexDump.Write(text, line, order, sink.Buffer.Clear());
                    Emit(line, dump.End - line, sink);
                }
                start = line = dump.End;
                if (start >= end) break;
            }
            if (start < end) Numbers(text[..end], start, sink);
            else runs.SkipTo(start);
        }
    }

    // What stands before the run on its line may be the letters of the line above.
    private static int FirstLine(ReadOnlySpan<byte> text, int start, int end)
    {
        var at = start;
        for (var limit = Math.Min(end, at + 16); at < limit && Stretch.Hex(text, at, 6) < 0;) at++;
        return at < end && (at == 0 || text[at - 1] is (byte)'\n' or (byte)' ' or (byte)'\t' or (byte)'"' or (byte)'\'' or (byte)'`') ? at : NextLine(text, start, end);
    }

    private static int NextLine(ReadOnlySpan<byte> text, int at, int end)
    {
        var next = at < end ? text[at..end].IndexOf((byte)'\n') : -1;
        return next < 0 ? -1 : Stretch.SkipSpace(text[..end], at + next, 32);
    }

    private static void Emit(int start, int length, DecodeSink sink)
    {
        if (Texture.IsReadable(sink.Buffer.Written)) sink.Emit(start, length);
        else sink.EmitNoise(start, length);
    }

    private static void Numbers(ReadOnlySpan<byte> text, int from, DecodeSink sink)
    {
        Span<NumberGroup> groups = stackalloc NumberGroup[NumberTokens.Kinds];
        ref var bytes = ref groups[NumberTokens.Bytes];
        var tokens = new NumberTokens(text, from);
        var open = 0;
        while (tokens.Next())
        {
            var kinds = tokens.Kind;
            for (var rest = (uint)(open & ~kinds); rest != 0; rest &= rest - 1)
            {
                var kind = BitOperations.TrailingZeroCount(rest);
                // An offset stands between the numbers of two lines.
                if (tokens.IsOffset && kind >= NumberTokens.Decimal) continue;
                // Digits that go on behind the last byte.
                if (kind == NumberTokens.Bytes) bytes.Take(tokens.Start, tokens.Start + 2, 1);
                Close(text, kind, groups, sink);
                open &= ~(1 << kind);
            }
            for (var rest = (uint)kinds; rest != 0; rest &= rest - 1)
            {
                var kind = BitOperations.TrailingZeroCount(rest);
                ref var group = ref groups[kind];
                if (kind is NumberTokens.Words or NumberTokens.SameBytes && group.Bytes > 0 && group.Digits != tokens.Digits) Close(text, kind, groups, sink);
                group.Digits = tokens.Digits;
                group.Take(tokens.Start, tokens.End, tokens.Width(kind));
                open |= 1 << kind;
            }
            // And such that end with the first.
            if ((kinds & 1 << NumberTokens.Bytes) == 0)
            {
                bytes.Take(tokens.End - 2, tokens.End, 1);
                open |= 1 << NumberTokens.Bytes;
            }
        }
        // The bytes last: others are held against them.
        for (var kind = groups.Length - 1; kind >= 0; kind--) Close(text, kind, groups, sink);
    }

    private static void Close(ReadOnlySpan<byte> text, int kind, Span<NumberGroup> groups, DecodeSink sink)
    {
        var group = groups[kind];
        groups[kind] = default;
        if (group.Bytes < MinBytes || kind == NumberTokens.SameBytes && group.Start == groups[NumberTokens.Bytes].Start) return;
        NumberTokens.Write(text[..group.End], group.Start, kind, sink.Buffer.Clear());
        Emit(group.Start, group.End - group.Start, sink);
    }
}

/// <summary>Numbers of one kind in a row.</summary>
internal struct NumberGroup
{
    public int Start, End, Bytes, Digits;

    public void Take(int start, int end, int bytes)
    {
        if (Bytes == 0) Start = start;
        End = end;
        Bytes += bytes;
    }
}
