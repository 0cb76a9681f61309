using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>
/// Collects an inline map that goes on over pieces of a large file, decoding as it comes, and has it read as one. Up to
/// 32 MiB decoded; a larger one makes the check incomplete.
/// </summary>
internal sealed class InlineMapInPieces : StreamDetector
{
    private const int MaxDecoded = 32 << 20;
    private const int MaxHeader = 300;

    private static readonly SearchValues<byte> Base64Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);

    /// <summary>None of its own: what it collects is judged as a map.</summary>
    public override IReadOnlyList<Rule> Rules => [];

    public override bool OnlyInPieces => true;

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink) => new Collector(sink);

    public override IEnumerable<Sample> Samples => [Sample.Miss("a.js", "let a;\n")];

    private sealed class Collector(EntrySink sink) : Inspection
    {
        private enum Form
        {
            None,
            Base64,
            Percent,
            Json,
        }

        private static ReadOnlySpan<byte> Mark => "sourceMappingURL=data:"u8;

        private readonly byte[] quad = new byte[4];
        private byte[] map = [];
        private byte[] tail = [];
        private int mapLength;
        private int quadLength;
        private long offset;
        private Form form;
        private bool isTooLarge;

        public override void Feed(ReadOnlySpan<byte> piece)
        {
            var at = form == Form.None ? 0 : Go(piece);
            if (at == piece.Length && form != Form.None)
            {
                offset += piece.Length;
                return;
            }
            if (form != Form.None) Finish();
            Search(piece, at);
            offset += piece.Length;
        }

        public override void End()
        {
            if (form != Form.None) Finish();
        }

        // Only what does not end in this piece is collected; the rest is in one view with its beginning.
        private void Search(ReadOnlySpan<byte> piece, int from)
        {
            var carried = from == 0 ? tail.Length : 0;
            ReadOnlySpan<byte> text = carried == 0 ? piece[from..] : [.. tail, .. piece[..Math.Min(piece.Length, Mark.Length + MaxHeader)]];
            if (carried > 0 && Try(text, carried, piece)) return;
            text = piece[from..];
            for (var last = text.LastIndexOf(Mark); last >= 0; last = -1)
            {
                if (Start(text[last..]) is not (var start, var found)) continue;
                if (EndOf(found, text[(last + start)..]) >= 0) continue;
                Collect(found, offset + from + last + start, text[(last + start)..]);
                return;
            }
            tail = text[^Math.Min(text.Length, Mark.Length + MaxHeader)..].ToArray();
        }

        // The comment's beginning stands at the end of the piece before.
        private bool Try(ReadOnlySpan<byte> text, int carried, ReadOnlySpan<byte> piece)
        {
            var last = text[..Math.Min(text.Length, carried + Mark.Length)].LastIndexOf(Mark);
            if (last < 0 || Start(text[last..]) is not (var start, var found) || last + start < carried) return false;
            var at = last + start - carried;
            if (EndOf(found, piece[at..]) >= 0) return false;
            Collect(found, offset + at, piece[at..]);
            return true;
        }

        private static (int Start, Form Form)? Start(ReadOnlySpan<byte> text)
        {
            var comma = text[..Math.Min(text.Length, Mark.Length + MaxHeader)].IndexOf((byte)',');
            if (comma < 0 || comma + 1 >= text.Length) return null;
            if (Encoding.ASCII.GetString(text[..comma]).EndsWith(";base64", StringComparison.OrdinalIgnoreCase)) return (comma + 1, Form.Base64);
            return text[comma + 1] switch { (byte)'%' => (comma + 1, Form.Percent), (byte)'{' => (comma + 1, Form.Json), _ => null };
        }

        private void Collect(Form found, long start, ReadOnlySpan<byte> payload)
        {
            (form, mapLength, quadLength, isTooLarge) = (found, 0, 0, false);
            tail = [];
            sink.Collects(start);
            Go(payload);
        }

        /// <summary>Takes what belongs to the address; returns how much.</summary>
        private int Go(ReadOnlySpan<byte> text)
        {
            var end = EndOf(form, text);
            var own = end < 0 ? text : text[..end];
            if (form == Form.Base64) Decode(own);
            else if (Room(own.Length))
            {
                own.CopyTo(map.AsSpan(mapLength));
                mapLength += own.Length;
            }
            return own.Length;
        }

        private static int EndOf(Form form, ReadOnlySpan<byte> text) => form switch
        {
            Form.Base64 => text.IndexOfAnyExcept(Base64Alphabet),
            Form.Percent => text.IndexOfAny(" \t\r\n\"`<>"u8),
            _ => text.IndexOfAny((byte)'\n', (byte)'\r'),
        };

        private void Decode(ReadOnlySpan<byte> text)
        {
            Span<byte> standard = stackalloc byte[4096];
            while (!text.IsEmpty && !isTooLarge)
            {
                quad.AsSpan(0, quadLength).CopyTo(standard);
                var taken = Math.Min(text.Length, standard.Length - quadLength);
                for (var i = 0; i < taken; i++) standard[quadLength + i] = text[i] switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', var c => c };
                text = text[taken..];
                var length = quadLength + taken;
                quadLength = length % 4;
                var whole = standard[..(length - quadLength)];
                standard[whole.Length..length].CopyTo(quad);
                if (!Room(whole.Length)) return;
                Base64.DecodeFromUtf8(whole, map.AsSpan(mapLength), out _, out var written);
                mapLength += written;
            }
        }

        private bool Room(int bytes)
        {
            if (mapLength + bytes > MaxDecoded) isTooLarge = true;
            if (isTooLarge) return false;
            if (mapLength + bytes > map.Length)
            {
                // Pages that stay unused cost nothing; arrays that were outgrown do.
                var larger = GC.AllocateUninitializedArray<byte>(mapLength + bytes <= 2 << 20 ? 2 << 20 : MaxDecoded);
                map.AsSpan(0, mapLength).CopyTo(larger);
                map = larger;
            }
            sink.Run.Budget.SpendDecoding(bytes);
            return true;
        }

        private void Finish()
        {
            if (form == Form.Base64 && quadLength > 1)
            {
                var rest = quad.AsSpan(0, quadLength).ToArray();
                quadLength = 0;
                Decode([.. rest, .. "AA"u8[..(4 - rest.Length)]]);
                mapLength -= Math.Min(mapLength, 4 - rest.Length);
            }
            var how = form == Form.Base64 ? "base64" : "percent";
            var content = form == Form.Base64 || mapLength == 0 ? map.AsMemory(0, mapLength) : MapComments.Percent(map.AsSpan(0, mapLength));
            (form, map) = (Form.None, []);
            if (isTooLarge) sink.Unreadable($"an inline source map of more than {MaxDecoded >> 20} MiB was not read whole");
            else sink.Decoded(how, content);
        }
    }
}
