using System.Collections.Frozen;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>What kind of text a value stands in: code quotes its strings, prose and tests are full of examples.</summary>
internal static class Surroundings
{
    private static readonly FrozenSet<string> Code = FrozenSet.ToFrozenSet(
    [
        ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".map", ".vue", ".svelte", ".py", ".pyi", ".java", ".kt", ".kts", ".scala", ".groovy", ".cs", ".vb", ".fs", ".go", ".rs", ".rb", ".php", ".c", ".h", ".cc",
        ".cpp", ".hpp", ".m", ".mm", ".swift", ".dart", ".lua", ".pl", ".pm", ".r", ".jl", ".ex", ".exs", ".erl", ".hs", ".clj", ".elm", ".css", ".scss", ".less", ".html", ".htm", ".json", ".sql", ".wasm", ".node", ".dll", ".exe", ".so", ".graphql",
        ".proto", ".flow", ".snap", ".class", ".pyc", ".tf", ".hcl",
    ], StringComparer.Ordinal);

    private static readonly string[] DocumentWords = ["readme", "changelog", "changes", "history", "licence", "license", "contributing", "migration", "docs/", "doc/", "example", "sample", "tutorial", "guide", "template", ".dist"];
    private static readonly string[] TestWords = ["test", "spec", "fixture", "mock", "__snapshots__", "stub", "e2e", "cypress"];

    /// <summary>True when an unquoted word in it is a variable, not a value.</summary>
    public static bool IsCode(TextView view)
    {
        if (view.Layers.Length > 0 && view.Layers[^1] is not ("json-string" or "escapes" or "concatenation" or "html-entities" or "join" or "line-continuation")) return view.Layers[^1] == "utf-16" && Code.Contains(view.Entry.Extension);
        return Code.Contains(view.Entry.Extension);
    }

    public static bool IsDocument(Entry entry) =>
        entry.Extension is ".md" or ".mdx" or ".rst" or ".adoc" or ".1" || Mentions(entry.InPackage, DocumentWords);

    public static bool IsTest(Entry entry) => Mentions(entry.InPackage, TestWords);

    private static bool Mentions(string path, string[] words)
    {
        foreach (var word in words)
        {
            if (path.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
