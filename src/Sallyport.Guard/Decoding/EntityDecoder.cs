using System.Buffers;
using System.Text;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Character references of HTML and XML: by number, and by the names that matter in keys and quotes.</summary>
internal sealed class EntityDecoder : LiteralDecoder
{
    private static readonly Entity[] Names =
    [
        new("quot"u8, '"'), new("amp"u8, '&'), new("apos"u8, '\''), new("lt"u8, '<'), new("gt"u8, '>'), new("nbsp"u8, ' '),
        new("lowbar"u8, '_'), new("UnderBar"u8, '_'), new("equals"u8, '='), new("colon"u8, ':'), new("sol"u8, '/'), new("plus"u8, '+'),
        new("period"u8, '.'), new("commat"u8, '@'), new("num"u8, '#'), new("percnt"u8, '%'), new("dollar"u8, '$'), new("hyphen"u8, '-'),
        new("dash"u8, '-'), new("semi"u8, ';'), new("bsol"u8, '\\'), new("excl"u8, '!'), new("ast"u8, '*'), new("lpar"u8, '('),
        new("rpar"u8, ')'), new("comma"u8, ','), new("Tab"u8, '\t'), new("NewLine"u8, '\n'),
    ];

    private static readonly SearchValues<byte> Ends = SearchValues.Create("<>\n"u8);

    public override string Name => "html-entities";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => ["&#", .. Names.Select(n => new Trigger($"&{Encoding.ASCII.GetString(n.Name)};"))];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        var start = Stretch.StartAfter(text, at, Ends);
        var end = Stretch.EndAt(text, at, Ends);
        var output = sink.Buffer.Clear();
        var rest = text[start..end];
        var changed = false;
        while (rest.IndexOf((byte)'&') is var next and >= 0)
        {
            output.Add(rest[..next]);
            rest = rest[next..];
            var taken = One(rest, output);
            changed |= taken > 0;
            if (taken == 0) output.Add((byte)'&');
            rest = rest[Math.Max(1, taken)..];
        }
        output.Add(rest);
        if (changed) sink.Emit(start, end - start);
        return end;
    }

    private static int One(ReadOnlySpan<byte> text, DecodeBuffer output)
    {
        if (text.Length < 4) return 0;
        if (text[1] != '#')
        {
            foreach (var entity in Names)
            {
                if (!text[1..].StartsWith(entity.Name) || text.Length <= entity.Name.Length + 1 || text[entity.Name.Length + 1] != ';') continue;
                output.Add(entity.Value);
                return entity.Name.Length + 2;
            }
            return 0;
        }
        var hex = text[2] is (byte)'x' or (byte)'X';
        var first = hex ? 3 : 2;
        var (at, number) = (first, 0);
        while (at < first + 8 && Stretch.Hex(text, at) is var digit and >= 0 && (hex || digit < 10))
        {
            number = number * (hex ? 16 : 10) + digit;
            at++;
        }
        if (at == first) return 0;
        output.AddRune(number);
        return at < text.Length && text[at] == ';' ? at + 1 : at;
    }

    private sealed class Entity(ReadOnlySpan<byte> name, char value)
    {
        public byte[] Name { get; } = name.ToArray();
        public byte Value { get; } = (byte)value;
    }
}
