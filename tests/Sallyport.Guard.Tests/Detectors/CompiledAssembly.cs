using System.Text;

namespace Sallyport.Guard.Tests.Detectors;

/// <summary>A small library, compiled once by the SDK's own compiler in the ways that leave sources behind.</summary>
public sealed class CompiledAssembly : IDisposable
{
    private readonly TempFolder folder = new();

    public CompiledAssembly()
    {
        folder.Write("src/Foo.cs", $"namespace A;\n\n/// <summary>The secret is {Fakes.GitHubToken()}.</summary>\npublic static class Foo\n{{\n    public static int Two() => 2;\n}}\n");
        folder.Write("sl.json", "{\"documents\":{\"/_/*\":\"https://git.falcon.example/raw/app/*\"}}");
        folder.Write("public.json", "{\"documents\":{\"/_/*\":\"https://raw.githubusercontent.com/a/b/1234/*\"}}");
        var noise = new byte[40 << 20];
        new Random(3).NextBytes(noise);
        folder.Write("big.bin", noise);
        Embedded = Compile("embedded.dll", "-debug:embedded", "-embed", "-sourcelink:sl.json", "-pathmap:" + folder.Path + "=/_");
        Large = Compile("large.dll", "-debug:embedded", "-embed", "-resource:big.bin", "-pathmap:" + folder.Path + "=/_");
        Plain = Compile("plain.dll", "-debug:portable", "-sourcelink:public.json", "-pathmap:" + folder.Path + "=/_");
        PlainSymbols = Read("plain.pdb");
        Compile("paths.dll", "-debug:portable", "-embed", "-pathmap:" + folder.Path + "=/home" + "/mkowalska/app");
        Symbols = Read("paths.pdb");
    }

    /// <summary>Sources in symbols in the assembly, Source Link to a private host.</summary>
    public byte[] Embedded { get; }

    /// <summary>The same behind a resource of 40 MiB.</summary>
    public byte[] Large { get; }

    /// <summary>Deterministic, symbols apart and without sources.</summary>
    public byte[] Plain { get; }

    public byte[] PlainSymbols { get; }

    /// <summary>Symbols with sources, built in somebody's home.</summary>
    public byte[] Symbols { get; }

    public void Dispose() => folder.Dispose();

    private byte[] Read(string name) => File.ReadAllBytes(Path.Combine(folder.Path, name));

    private byte[] Compile(string name, params string[] options)
    {
        var core = typeof(object).Assembly.Location;
        var home = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(core)!, "..", "..", ".."));
        var compiler = Directory.EnumerateDirectories(Path.Combine(home, "sdk")).Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "Roslyn", "bincore", "csc.dll")).LastOrDefault(File.Exists);
        Assert.SkipWhen(compiler is null, "the C# compiler is not beside this runtime");
        Tools.Run(folder.Path, "dotnet", [compiler!, "-nologo", "-noconfig", "-nostdlib", "-target:library", "-deterministic", "-r:" + core, "-out:" + name, .. options, Path.Combine("src", "Foo.cs")]);
        return Read(name);
    }
}
