namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>What source maps can give away (ECMA-426).</summary>
internal static class SourceMapRules
{
    private const string TurnOff = "Build the release without source maps, or leave them out of the package; keep them where only you can read them.";

    public static readonly Rule External = new("source-map.external", Severity.Critical, Blocking.WhenClosed,
        "A source map that holds the sources themselves", TurnOff, "cli.js.map with 1,900 files in sourcesContent");

    public static readonly Rule Inline = new("source-map.inline", Severity.Critical, Blocking.WhenClosed,
        "A source map inside another file that holds the sources themselves", "Turn inline source maps off in the bundler's release configuration.",
        "//# sourceMappingURL=data:application/json;base64,… at the end of a bundle");

    public static readonly Rule Names = new("source-map.names", Severity.Medium, Blocking.WhenClosed,
        "A source map that names the sources but does not hold them", TurnOff + " Names, paths and structure are still readable in it.",
        "index.d.ts.map with ../src/index.ts in sources");

    public static readonly Rule Remote = new("source-map.remote", Severity.High, Blocking.WhenClosed,
        "A map or link that points to an archive or to cloud storage", "Take the address out of the build, and make sure that nobody outside can read what it points to.",
        "\"sources\": [\"https://bucket.s3.amazonaws.com/src.zip\"]");

    public static readonly Rule Link = new("source-map.link", Severity.Note, Blocking.Never,
        "A comment or header that names a source map", "Harmless while the map is not public; take the line out if the map is not meant for outsiders.",
        "//# sourceMappingURL=https://maps.example.com/cli.js.map");

    public static readonly Rule Eval = new("source-map.eval", Severity.High, Blocking.WhenClosed,
        "A development bundle: every module's source stands in an eval", "Publish the production build: in webpack, mode \"production\" and no eval devtool.",
        "eval(\"…//# sourceURL=webpack://app/./src/main.ts\")");

    public static readonly Rule Executable = new("source-map.executable", Severity.Critical, Blocking.WhenClosed,
        "Sources inside a compiled executable", "Compile without source maps (bun build --compile without --sourcemap).",
        "zstd-compressed sources behind a bun executable's code");

    public static readonly Rule[] All = [External, Inline, Names, Remote, Link];
}
