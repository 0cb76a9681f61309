namespace Sallyport.Guard.Detectors.Sources;

/// <summary>Which files are source, by name: what is compiled or bundled before it leaves, and what is shipped as it is written.</summary>
internal static class Languages
{
    private static readonly Dictionary<string, string> Compiled = new(StringComparer.Ordinal)
    {
        [".ts"] = "TypeScript", [".mts"] = "TypeScript", [".cts"] = "TypeScript", [".tsx"] = "TypeScript", [".jsx"] = "JSX", [".flow"] = "Flow",
        [".vue"] = "Vue", [".svelte"] = "Svelte", [".astro"] = "Astro", [".coffee"] = "CoffeeScript", [".litcoffee"] = "CoffeeScript", [".elm"] = "Elm", [".purs"] = "PureScript", [".res"] = "ReScript",
        [".cs"] = "C#", [".fs"] = "F#", [".fsx"] = "F#", [".fsi"] = "F#", [".vb"] = "Visual Basic", [".razor"] = "Razor", [".cshtml"] = "Razor", [".xaml"] = "XAML",
        [".go"] = "Go", [".rs"] = "Rust", [".zig"] = "Zig", [".nim"] = "Nim", [".swift"] = "Swift", [".dart"] = "Dart", [".hs"] = "Haskell", [".ml"] = "OCaml", [".erl"] = "Erlang",
        [".java"] = "Java", [".kt"] = "Kotlin", [".kts"] = "Kotlin", [".scala"] = "Scala", [".groovy"] = "Groovy", [".clj"] = "Clojure",
        [".c"] = "C", [".cc"] = "C++", [".cpp"] = "C++", [".cxx"] = "C++", [".c++"] = "C++", [".m"] = "Objective-C", [".mm"] = "Objective-C", [".cu"] = "CUDA", [".pyx"] = "Cython", [".pas"] = "Pascal",
    };

    private static readonly Dictionary<string, string> Interpreted = new(StringComparer.Ordinal)
    {
        [".py"] = "Python", [".pyw"] = "Python", [".rb"] = "Ruby", [".php"] = "PHP", [".pl"] = "Perl", [".lua"] = "Lua", [".ex"] = "Elixir", [".exs"] = "Elixir", [".jl"] = "Julia", [".r"] = "R",
    };

    private static readonly HashSet<string> Headers = new([".h", ".hh", ".hpp", ".hxx", ".h++", ".inl", ".cuh"], StringComparer.Ordinal);

    /// <summary>The language when the file is source that a build normally turns into something else; null otherwise.</summary>
    public static string? OfCompiled(string name, string extension) => IsDeclaration(name) ? null : Compiled.GetValueOrDefault(extension);

    /// <summary>The language when files of this kind run as they are written; null otherwise.</summary>
    public static string? OfInterpreted(string extension) => Interpreted.GetValueOrDefault(extension);

    public static bool IsHeader(string extension) => Headers.Contains(extension);

    /// <summary><c>.d.ts</c>, <c>.d.mts</c>, <c>.d.cts</c>, <c>.d.css.ts</c>: types for callers, no code.</summary>
    public static bool IsDeclaration(string name)
    {
        if (!name.EndsWith("ts", StringComparison.OrdinalIgnoreCase)) return false;
        var mark = name.IndexOf(".d.", StringComparison.OrdinalIgnoreCase);
        return mark >= 0 && name.AsSpan(mark + 3).Count('.') <= 1;
    }
}
