using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Sources;

/// <summary>Bundles that still name the modules they were made of, file by file: not minified, and a map of the source tree.</summary>
internal sealed class ModuleBanners : LiteralDetector
{
    private static readonly Rule Banners = new("source.module-banners", Severity.Medium, Blocking.WhenClosed, "An unminified bundle that names its source files",
        "Minify the release build; in esbuild --minify, in webpack mode \"production\".", "// src/engine/loop.ts above each module of dist/cli.js");

    private static readonly string[] Extensions = [".ts", ".tsx", ".mts", ".cts", ".jsx", ".vue", ".svelte", ".js", ".mjs", ".cjs"];

    public override IReadOnlyList<Rule> Rules => [Banners];

    public override IReadOnlyList<Trigger> Triggers => ["// src/", "// ../", "// lib/", "// packages/", "// app/", "//#region ", "/***/ \"./"];

    public override void OnHit(in TextHit hit)
    {
        if (hit.View.IsDecoded || !hit.Entry.Extension.EndsWith("js", StringComparison.Ordinal)) return;
        if (PathAt(hit, hit.Start) is not { } path || !Extensions.Any(e => path.EndsWith(e, StringComparison.Ordinal))) return;
        // One such line is a comment; two are a bundler.
        var trigger = hit.Text[hit.Start..hit.End];
        var before = hit.Text[Math.Max(0, hit.Start - TextHit.Reach)..hit.Start].LastIndexOf(trigger);
        if (before < 0 || PathAt(hit, Math.Max(0, hit.Start - TextHit.Reach) + before) is not { } other || other == path) return;
        hit.View.Sink.Report(Banners, $"the bundle names the source file of each of its modules, {path} among them");
    }

    // The path alone stands on its line (or, in webpack, in quotes before a colon).
    private static string? PathAt(in TextHit hit, int start)
    {
        var length = hit.End - hit.Start;
        var line = hit.Text[Math.Max(0, start - 40)..start];
        if (!line[(line.LastIndexOf((byte)'\n') + 1)..].Trim(" \t"u8).IsEmpty) return null;
        var from = hit.Text.Slice(start, length).LastIndexOfAny((byte)' ', (byte)'"') + 1 + start;
        var rest = hit.Text[from..Math.Min(hit.Text.Length, from + 300)];
        var end = rest.IndexOfAny("\n\r\" \t:;()"u8);
        if (end < 4) return null;
        var isQuoted = hit.Text[start + 1] == '*';
        if (isQuoted ? rest[end] != '"' : rest[end] is not ((byte)'\n' or (byte)'\r')) return null;
        var path = Encoding.UTF8.GetString(rest[..end]);
        return path.Contains("node_modules", StringComparison.Ordinal) ? null : path;
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Banners.Id, "dist/cli.js", "(() => {\n  // entry\n})();\n// src/loop.ts\nfunction a() {}\n\n// src/main.ts\na();\n"),
        Sample.Hit(Banners.Id, "dist/main.js", "var m = ({\n\n/***/ \"./src/a.ts\":\n/***/ ((e) => { }),\n\n/***/ \"./src/b.ts\":\n/***/ ((e) => { })\n});\n"),
        Sample.Hit(Banners.Id, "dist/a.mjs", "\n//#region src/a.ts\nconst a = 1;\n//#endregion\n//#region src/b.ts\nexport { a };\n//#endregion\n"),
        Sample.Miss("dist/cli.js", "x;\n// src/loop.ts holds the loop\nx;\n// src/main.ts calls it\n"),
        Sample.Miss("dist/cli.js", "x;\n// src/loop.ts\nx;\n"),
        Sample.Miss("dist/cli.js", "x;\n// ../node_modules/a/index.js\nx;\n// ../node_modules/b/index.js\ny;\n"),
    ];
}
