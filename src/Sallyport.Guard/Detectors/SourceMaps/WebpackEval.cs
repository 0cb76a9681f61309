using System.Text;
using Sallyport.Guard.Artifacts.SourceMaps;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>Development bundles (webpack's eval devtools): each module's source is a string that ends with its address.</summary>
internal sealed class WebpackEval : LiteralDetector
{
    public override IReadOnlyList<Rule> Rules => [SourceMapRules.Eval];

    public override IReadOnlyList<Trigger> Triggers => ["eval(\"", "eval('", "eval(__webpack_require__.ts(\""];

    public override void OnHit(in TextHit hit)
    {
        if (hit.View.IsDecoded || hit.Start > 0 && (char.IsAsciiLetterOrDigit((char)hit.Text[hit.Start - 1]) || hit.Text[hit.Start - 1] is (byte)'_' or (byte)'$')) return;
        var quote = hit.Text[hit.End - 1];
        var text = hit.Text[hit.End..];
        var end = 0;
        while (true)
        {
            var next = text[end..].IndexOfAny(quote, (byte)'\\', (byte)'\n');
            if (next < 0 || text[end + next] == '\n') return;
            end += next;
            if (text[end] == quote) break;
            end = Math.Min(text.Length, end + 2);
        }
        var literal = text[..end];
        var mark = literal.LastIndexOf("//# sourceURL="u8);
        if (mark < 0) return;
        var address = MapComments.Address(literal[(mark + "//# sourceURL=".Length)..]);
        if (!address.StartsWith("webpack"u8)) return;
        var name = Encoding.UTF8.GetString(address);
        var question = name.IndexOf('?', StringComparison.Ordinal);
        if (question > 0) name = name[..question];
        var source = new byte[literal.Length];
        var length = Unescape(literal[..mark], source);
        var path = MapNames.Normal(Recovery.RecoveryPath.WithoutScheme(name));
        hit.View.Sink.Report(SourceMapRules.Eval, $"a development bundle: the sources of its modules stand in eval calls, {path} among them");
        hit.View.Sink.Recovered(path, source.AsMemory(0, length));
    }

    private static int Unescape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                target[length++] = text[i];
                continue;
            }
            i++;
            if (text[i] == 'u' && i + 4 < text.Length && ushort.TryParse(text.Slice(i + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit))
            {
                var rune = char.IsSurrogate((char)unit) ? Rune.ReplacementChar : new Rune((char)unit);
                length += rune.EncodeToUtf8(target[length..]);
                i += 4;
            }
            else target[length++] = text[i] switch { (byte)'n' => (byte)'\n', (byte)'t' => (byte)'\t', (byte)'r' => (byte)'\r', (byte)'b' => (byte)'\b', (byte)'f' => (byte)'\f', var c => c };
        }
        return length;
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(SourceMapRules.Eval.Id, "main.js", "eval(\"const a = 1;\\nexport default a;\\n\\n//# sourceURL=webpack://app/./src/main.js?\\n\");\n"),
        Sample.Hit(SourceMapRules.Eval.Id, "main.js", "eval(__webpack_require__.ts(\"const a = 1;\\n//# sourceURL=webpack-internal:///./src/main.js\\n\"));\n"),
        Sample.Miss("plugin.js", "return `eval(${JSON.stringify(`${source}\\n//# sourceURL=${url}`)});`;\n"),
        Sample.Miss("a.js", "eval(\"1 + 1\");\n"),
    ];
}
