using System.Buffers;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Strings with escaped quotes or slashes: a JSON document inside a JSON string, to any nesting and length, and short
/// strings of any kind. Long strings that merely quote something are left alone: detectors read past a backslash.
/// </summary>
internal sealed class JsonStringDecoder : LiteralDecoder
{
    private const int MaxString = 4 * 1024;
    private const int Slash = 1;

    private static readonly SearchValues<byte> QuoteOrBackslash = SearchValues.Create("\"\\"u8);

    public override string Name => "json-string";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => ["\\\"", "\\/"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        if (trigger == Slash) return Token(text, at, sink);
        var start = DocumentStart(text, at);
        var isDocument = start >= 0;
        if (!isDocument) start = StringStart(text, at);
        var end = Stretch.UnescapedEnd(text, at, QuoteOrBackslash, isDocument ? text.Length : Stretch.Forth);
        if (!isDocument && end - start > MaxString) return end;
        Escapes.Undo(text[start..end], sink.Buffer.Clear());
        sink.Emit(start, end - start);
        return end;
    }

    // A token that PHP and others wrote with its slashes escaped.
    private static int Token(ReadOnlySpan<byte> text, int at, DecodeSink sink)
    {
        if (!Stretch.IsToken(text, at - 1) || !Stretch.IsToken(text, at + 2)) return at + 1;
        var start = Stretch.TokenAround(text, at).Start;
        var output = sink.Buffer.Clear();
        output.Add(text[start..at]);
        var end = at;
        while (end < text.Length && end - at < Stretch.Forth)
        {
            if (text[end] == '\\' && end + 1 < text.Length && text[end + 1] == '/') end++;
            else if (!Stretch.IsToken(text, end)) break;
            output.Add(text[end++]);
        }
        sink.Emit(start, end - start);
        return end;
    }

    // The document begins with a bracket, so that its first quote comes right behind it.
    private static int DocumentStart(ReadOnlySpan<byte> text, int at)
    {
        var i = at - 1;
        for (var limit = Math.Max(0, at - 64); i > limit; i--)
        {
            if (text[i] is (byte)' ' or (byte)'[' or (byte)'{' or (byte)'\\') continue;
            if (text[i] is (byte)'n' or (byte)'r' or (byte)'t' && text[i - 1] == '\\') continue;
            break;
        }
        return i >= 0 && text[i] == '"' && text[(i + 1)..at].ContainsAny((byte)'{', (byte)'[') ? i + 1 : -1;
    }

    private static int StringStart(ReadOnlySpan<byte> text, int at)
    {
        var i = at;
        for (var limit = Math.Max(0, at - Stretch.Back); i > limit; i--)
        {
            if (text[i - 1] == '\n' || text[i - 1] == '"' && (i < 2 || text[i - 2] != '\\')) break;
        }
        return i;
    }
}
