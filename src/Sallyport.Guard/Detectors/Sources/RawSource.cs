using System.Text.Json;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Sources;

/// <summary>
/// Source files, by name, in a package that is meant to carry what was built from them. Ecosystems that ship source by
/// nature (crates, Python) get a note, not a stop.
/// </summary>
internal sealed class RawSource : PackageDetector
{
    private const int MaxListed = 200;

    private static readonly Rule Raw = new("source.raw", Severity.High, Blocking.WhenClosed, "A source file",
        "Ship the build output only: list the output folder in the manifest instead of the whole project.", "src/main.ts in an npm package whose main is dist/main.js");

    private static readonly Rule Folder = new("source.folder", Severity.Medium, Blocking.WhenClosed, "A source folder next to the build output",
        "Leave the source folder out of the package: what runs is the build output.", "src/*.js in a package whose main is dist/index.js");

    private static readonly Rule AsWritten = new("source.as-written", Severity.Note, Blocking.Never, "Code that ships as it is written",
        "Nothing to do if that is meant; compile it or leave it out otherwise.", "a pure Python wheel");

    private static readonly Rule Header = new("source.header", Severity.Note, Blocking.Never, "C or C++ headers",
        "Nothing to do if callers compile against them; leave internal ones out.", "include/engine.h");

    private static readonly string[] OutputFolders = ["dist", "lib", "build", "out", "output", "bundle", "esm", "cjs", "es", "bin"];

    public override IReadOnlyList<Rule> Rules => [Raw, Folder, AsWritten, Header];

    public override bool Keeps(Entry entry) => false;

    public override void Inspect(PackageFacts package, PackageSink sink)
    {
        var ecosystem = package.Manifest?.Ecosystem;
        var raw = new List<Source>();
        var asWritten = new SortedDictionary<string, List<Entry>>(StringComparer.Ordinal);
        var headers = new List<Entry>();
        foreach (var file in package.Files)
        {
            if (file.IsBinary || file.Size == 0 || IsForeign(file.InPackage)) continue;
            if (Languages.OfCompiled(file.Name, file.Extension) is { } language && !(file.Extension is ".fs" && ecosystem is "npm"))
            {
                if (ecosystem is "crate" && language is "Rust" && file.Origin == Origin.Packed) Add(language, file);
                else raw.Add(new Source(file, language));
            }
            else if (Languages.OfInterpreted(file.Extension) is { } interpreted) Add(interpreted, file);
            else if (Languages.IsHeader(file.Extension)) headers.Add(file);
        }
        foreach (var (file, language) in raw.Take(MaxListed))
            sink.Report(Raw, file, $"{language} source, readable by anyone who has the package ({file.Size} bytes)", ("language", language));
        if (raw.Count > MaxListed) sink.Report(Raw, null, $"{raw.Count} source files in all; the first {MaxListed} are listed", ("files", raw.Count));
        foreach (var (language, files) in asWritten)
            sink.Report(AsWritten, null, $"{files.Count} {language} file{(files.Count == 1 ? " ships" : "s ship")} as source, {files[0].InPackage} among them", ("files", files.Count), ("bytes", files.Sum(f => f.Size)));
        if (headers.Count > 0) sink.Report(Header, null, $"{headers.Count} C or C++ header{(headers.Count == 1 ? "" : "s")}, {headers[0].InPackage} among them", ("files", headers.Count));
        if (ecosystem == "npm") SourceFolder(package, sink);

        void Add(string language, Entry file)
        {
            if (!asWritten.TryGetValue(language, out var files)) asWritten[language] = files = [];
            files.Add(file);
        }
    }

    // Somebody else's source, or source that the format is for.
    private static bool IsForeign(string path) =>
        path.Contains("node_modules/", StringComparison.Ordinal) || path.Contains("site-packages/", StringComparison.Ordinal)
        || path.StartsWith("contentFiles/", StringComparison.Ordinal) || path.StartsWith("usr/lib/", StringComparison.Ordinal)
        || path.StartsWith("usr/include/", StringComparison.Ordinal) || path.StartsWith("usr/share/", StringComparison.Ordinal) || path.StartsWith("usr/local/go/", StringComparison.Ordinal);

    private static void SourceFolder(PackageFacts package, PackageSink sink)
    {
        if (Main(package.Manifest!.Content) is not { } main || !OutputFolders.Contains(main.Split('/')[0], StringComparer.Ordinal)) return;
        var sources = package.Files.Where(f => f.InPackage.StartsWith("src/", StringComparison.Ordinal) && f.Extension is ".js" or ".mjs" or ".cjs" && !f.InPackage.Contains("node_modules/", StringComparison.Ordinal) && f.InPackage.StartsWith("src/", StringComparison.Ordinal)).ToList();
        if (sources.Count == 0) return;
        sink.Report(Folder, sources[0], $"src/ holds {sources.Count} JavaScript file{(sources.Count == 1 ? "" : "s")} beside the build output that the package runs ({main})", ("files", sources.Count), ("bytes", sources.Sum(f => f.Size)));
    }

    private static string? Main(byte[] manifest)
    {
        try
        {
            using var json = JsonDocument.Parse(manifest, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            foreach (var key in (string[])["main", "module", "bin", "exports"])
            {
                if (json.RootElement.TryGetProperty(key, out var value) && First(value, 0) is { } path) return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            return null;
        }
        return null;
    }

    private static string? First(JsonElement value, int depth) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object when depth < 8 => value.EnumerateObject().Select(p => First(p.Value, depth + 1)).FirstOrDefault(p => p is not null),
        _ => null,
    };

    private sealed record Source(Entry File, string Language);
}
