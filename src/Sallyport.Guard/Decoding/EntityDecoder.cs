using System.Buffers;
using System.Text;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Character references of HTML and XML: by number, and by the names that matter in keys and quotes.</summary>
internal sealed class EntityDecoder : LiteralDecoder
{
    private static readonly (byte[] Name, byte Value)[] Names =
    [
        .. new (string, char)[]
        {
            ("quot", '"'), ("amp", '&'), ("apos", '\''), ("lt", '<'), ("gt", '>'), ("nbsp", ' '), ("lowbar", '_'), ("UnderBar", '_'), ("equals", '='), ("colon", ':'),
            ("sol", '/'), ("plus", '+'), ("period", '.'), ("commat", '@'), ("num", '#'), ("percnt", '%'), ("dollar", '$'), ("hyphen", '-'), ("dash", '-'), ("semi", ';'),
            ("bsol", '\\'), ("excl", '!'), ("ast", '*'), ("lpar", '('), ("rpar", ')'), ("comma", ','), ("Tab", '\t'), ("NewLine", '\n'),
        }.Select(e => (Encoding.ASCII.GetBytes(e.Item1), (byte)e.Item2)),
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
            foreach (var (name, value) in Names)
            {
                if (!text[1..].StartsWith(name) || text.Length <= name.Length + 1 || text[name.Length + 1] != ';') continue;
                output.Add(value);
                return name.Length + 2;
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
}
