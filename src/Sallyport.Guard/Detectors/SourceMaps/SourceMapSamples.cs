using System.Text;

namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>Maps and links in every form that they are published in, and their near misses.</summary>
internal static class SourceMapSamples
{
    private const string Map = """{"version":3,"file":"out.js","sources":["../src/main.ts"],"sourcesContent":["export const a: number = 1;\n"],"names":["a"],"mappings":"AAAA,OAAO"}""";

    private static readonly string Tag = "sourceMapping" + "URL";

    public static IEnumerable<Sample> All()
    {
        yield return Hit(SourceMapRules.External, "dist/out.js.map", Map);
        yield return Hit(SourceMapRules.External, "dist/data.bin", Map);
        yield return Hit(SourceMapRules.External, "a.txt", ")]}'\n" + Map);
        yield return Hit(SourceMapRules.External, "a.json", "\uFEFF" + Map);
        yield return Hit(SourceMapRules.External, "a.map", """{ "mappings": "AAAA", "sourcesContent": [null, "x = 1"], "names": [], "sources": ["a.js", "b.js"], "version": 3 }""");
        yield return Hit(SourceMapRules.External, "a.map", Map[..^40]);
        yield return Hit(SourceMapRules.External, "index.map", """{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":""" + Map + "}]}");
        yield return Hit(SourceMapRules.Names, "index.d.ts.map", """{"version":3,"file":"index.d.ts","sourceRoot":"","sources":["../src/index.ts"],"names":[],"mappings":"AAAA"}""");
        yield return Hit(SourceMapRules.Remote, "a.map", """{"version":3,"sources":["https://bucket.s3.eu-west-1.amazonaws.com/src.zip"],"names":[],"mappings":"AAAA"}""");
        yield return Hit(SourceMapRules.Remote, "a.map", """{"version":3,"sections":[{"offset":{"line":0,"column":0},"url":"https://example.blob.core.windows.net/maps/a.map"}]}""");
        yield return Hit(SourceMapRules.Remote, "a.js", $"let a;\n//# {Tag}=https://storage.googleapis.com/bucket/a.js.map\n");
        yield return Hit(SourceMapRules.Link, "a.js", $"let a;\n//# {Tag}=a.js.map\n");
        yield return Hit(SourceMapRules.Link, "a.js", $"let a;\n//@ {Tag}=a.js.map");
        yield return Hit(SourceMapRules.Link, "a.css", $"a {{ }} /*# {Tag}=a.css.map */");
        yield return Hit(SourceMapRules.Link, "_headers", "/*.js\n  X-SourceMap: /maps/a.js.map\n");

        yield return Hit(SourceMapRules.Link, "response.http", "HTTP/1.1 200 OK\r\nx-sourcemap:/maps/a.js.map\r\n\r\n");

        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes(Map));
        yield return Hit(SourceMapRules.Inline, "a.js", $"let a;\n//# {Tag}=data:application/json;charset=utf-8;base64,{plain}\n");
        yield return Hit(SourceMapRules.Inline, "a.mjs", $"let a;\n//# {Tag}=data:application/json;base64,{plain.TrimEnd('=').Replace('+', '-').Replace('/', '_')}\nlet b;\n");
        yield return Hit(SourceMapRules.Inline, "a.css", $"a {{ }}\n/*# {Tag}=data:application/json;base64,{string.Join('\n', plain.Chunk(76).Select(c => new string(c)))} */");
        yield return Hit(SourceMapRules.Inline, "a.js", $"let a;\n//# {Tag}=data:application/json,{Uri.EscapeDataString(Map)}");
        yield return Hit(SourceMapRules.Inline, "page.html", $"<script>let a;\n//# {Tag}=data:application/json;charset=utf-8,{Map}\n</script>");

        yield return Miss("bundler.js", $"out += \"\\n//# {Tag}=\" + url;\n");
        yield return Miss("bundler.js", $"out += `\\n//# {Tag}=${{url}}`;\n");
        yield return Miss("bundler.js", $"out += '//# {Tag}=out.js.map';\n");
        yield return Miss("bundler.js", $"const find = /\\/\\/[#@] {Tag}=([^\\s'\"]*)\\s*$/;\n");
        yield return Miss("bundler.js", $"text(\"data:application/json;base64,\" + btoa(map)); // the {Tag}= comment\n");
        yield return Miss("package.json", """{"name":"a","version":"3.0.0","license":"MIT","files":["dist"]}""");
        yield return Miss("tsconfig.json", """{"version":3,"files":["a.ts"],"compilerOptions":{"sourceMap":false}}""");
        yield return Miss("index.json", """{"version":3,"mappings":{"properties":{}},"settings":{}}""");
        yield return Miss("empty.map", """{"version":3,"sources":[],"names":[],"mappings":""}""");
    }

    private static Sample Hit(Rule rule, string name, string content) => Sample.Hit(rule.Id, name, content);

    private static Sample Miss(string name, string content) => Sample.Miss(name, content);
}
