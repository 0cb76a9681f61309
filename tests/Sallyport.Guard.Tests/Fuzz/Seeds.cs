using System.Text;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;
using Sallyport.Guard.Tests.Artifacts;
using Sallyport.Guard.Tests.Decoding;

namespace Sallyport.Guard.Tests.Fuzz;

/// <summary>A whole file that fuzzing damages.</summary>
/// <param name="Name">For messages.</param>
/// <param name="FileName">What the file is called; the folder around it is checked when <paramref name="InFolder"/> is set.</param>
/// <param name="Content">The file.</param>
/// <param name="InFolder">True for what is judged by its name or is a folder's manifest; false for a package by itself.</param>
internal sealed record Seed(string Name, string FileName, byte[] Content, bool InFolder);

/// <summary>Small whole files of every format, every manifest, and every detector's own samples.</summary>
internal static class Seeds
{
    private static readonly (string File, string Content)[] Manifests =
    [
        ("package.json", """{"name":"@a/b","version":"1.2.3","license":"MIT","files":["lib","!lib/x","**/*.js"],"main":"index.js","bin":{"a":"x.js"},"bundledDependencies":["c"],"scripts":{"install":"node x"},"repository":{"url":"git+https://git.example/a"},"publishConfig":{"registry":"https://x.example"}}"""),
        (".npmignore", "*.ts\n!keep.ts\n/lib/**/test\n[a-z]?.js\n# c\n\\#x\n"),
        ("A.nuspec", "<?xml version=\"1.0\"?><package><metadata><id>A</id><version>2.0</version><license type=\"expression\">MIT</license><repository url=\"https://git.example/a\"/></metadata><files><file src=\"lib\\**\\*.dll\" target=\"lib\" exclude=\"**/x\"/></files></package>"),
        ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><PackageId>A</PackageId><Version>3</Version><IsPackable>true</IsPackable></PropertyGroup><ItemGroup><None Include=\"a.txt\" Pack=\"true\"/></ItemGroup></Project>"),
        ("pyproject.toml", "[project]\nname = \"a\"\nversion = '1'\nlicense = {text = \"MIT\"}\nclassifiers = [\n \"Private :: Do Not Upload\",\n]\n[tool.poetry]\ninclude = [\"x\", { path = \"y\", format = \"sdist\" }]\n[[a.b]]\nx = 1979-05-27T07:32:00Z\ny = \"\"\"long\\\n  text\"\"\"\n"),
        ("setup.cfg", "[metadata]\nname = a\nversion = 1\nlicense = MIT\nclassifiers =\n  A :: B\n"),
        ("setup.py", "from setuptools import setup\nsetup(name='a', version=\"1\", license='MIT')\n"),
        ("PKG-INFO", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: MIT\n more\nClassifier: License :: OSI Approved\n\nText\n"),
        ("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\nlicense = \"MIT\"\npublish = false\n"),
        ("metadata", "--- !ruby/object:Gem::Specification\nname: a\nversion: !ruby/object:Gem::Version\n  version: 1.0\nlicenses:\n- MIT\n"),
        ("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nImplementation-Title: a\r\nBundle-License: MIT,\r\n Apache-2.0\r\n"),
        ("META-INF/maven/g/a/pom.xml", "<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version><licenses><license><name>MIT</name></license></licenses></project>"),
        ("extension.vsixmanifest", "<PackageManifest><Metadata><Identity Id=\"a\" Version=\"1\" Publisher=\"b\"/><License>LICENSE</License></Metadata></PackageManifest>"),
        ("MANIFEST.in", "include *.txt\nrecursive-include a *.py\nprune b\n"),
        ("a.js.map", """{"version":3,"sources":["webpack:///./src/a.ts","../../b.ts"],"sourcesContent":["const a = 1;\nconst b = \"x\\u0041\";\n",null],"sourceRoot":"/home","names":[],"mappings":"AAAA","sections":[{"offset":{"line":1,"column":2},"map":{"version":3,"sources":["c"],"sourcesContent":["d"],"mappings":""}}]}"""),
    ];

    public static readonly byte[] Policy = Encoding.UTF8.GetBytes("""
        // what may leave
        {
          "$schema": "./x", "profile": "closed", "rules": { "secret.*": "off", "debug.build-path": { "severity": "low", "blocking": "never" } },
          "terms": { "plain": ["falcon"], "hosts": [".corp.example"], "emailDomains": ["a.example"], "tickets": ["ACME"], "hashed": [{ "digest": "00112233445566778899aabbccddeeff", "length": 6 }] },
          "allow": [{ "path": "lib/{a,b}/**/*.map", "rules": ["source-map.*"], "reason": "x" }], "paths": { "allow": ["**"] },
          "limits": { "bytes": 1000000, "entries": 100, "ratio": 10, "depth": 3, "seconds": 5 },
          "waivers": [{ "fingerprint": "0123456789abcdef", "reason": "r", "owner": "o", "until": "2027-01-01" }],
          "manifest": { "registry": "https://x.example", "name": "a" }, "drift": { "baseline": "b.json", "growth": 0.5, },
        }
        """);

    public static readonly byte[] Baseline = """{"version":1,"packages":{"a":{"label":"a@1","files":{"index.js":{"bytes":12,"kind":"text"},"b.map":{"bytes":99999,"kind":"map"}}}}}"""u8.ToArray();

    public static List<Seed> All()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"line {i} of a small text, {i * 7919}\n")));
        (string, byte[])[] files = [("package/package.json", """{"name":"a","license":"MIT"}"""u8.ToArray()), ("package/index.js", text)];
        var seeds = new List<Seed>();
        void Package(string name, byte[] content) => seeds.Add(new Seed(name, "input", content, InFolder: false));
        Package("tar", Wrap.Tar(files));
        Package("tgz", Wrap.Gzip(Wrap.Tar(files)));
        Package("zip", Wrap.Zip(files));
        Package("zip in zip", Wrap.Zip(("a.zip", Wrap.Zip(files)), ("b.gz", Wrap.Gzip(text))));
        Package("zlib", Wrap.Zlib(text));
        Package("ar", Wrap.Ar(("debian-binary", "2.0\n"u8.ToArray()), ("data.tar.gz", Wrap.Gzip(Wrap.Tar(files)))));
        Package("cpio", Wrap.Cpio(files));
        Package("asar", Wrap.Asar("index.js", text));
        Package("image", Wrap.Image(manifestsFirst: true, Wrap.Tar(files), Wrap.Gzip(Wrap.Tar(("package/.wh.index.js", [])))));
        Package("png", [.. EmbeddedTextTests.PngSignature, .. EmbeddedTextTests.Chunk("IHDR", new byte[13]), .. EmbeddedTextTests.Chunk("zTXt", [.. "C\0\0"u8, .. EmbeddedTextTests.Deflate(text)]), .. EmbeddedTextTests.Chunk("IEND", []), .. Wrap.Gzip(text)]);
        Package("pdf", EmbeddedTextTests.Pdf("BT /F1 12 Tf 72 720 Td [(a\\051)-20(b)]TJ <41424344> Tj ET"));
        Package("zip behind a program", [.. "MZ"u8, .. new byte[500], .. Wrap.Zip(files)]);
        foreach (var (program, arguments) in new[] { ("zstd", "-q -c"), ("bzip2", "-c"), ("xz", "-c"), ("xz", "--format=lzma -c") })
        {
            if (Exists(program)) Package(program, Wrap.Through(program, arguments, Wrap.Tar(files)));
        }
        if (Exists("git")) Package("git pack", GitPack());
        if (Exists("sqlite3")) Package("SQLite", Database());
        if (File.Exists("/bin/true")) Package("ELF", File.ReadAllBytes("/bin/true"));
        foreach (var pattern in new[] { "*.dll", "*.pdb" })
        {
            if (new DirectoryInfo(AppContext.BaseDirectory).GetFiles(pattern).Where(f => f.Length > 4096).MinBy(f => f.Length) is { Length: < 300_000 } smallest) Package(pattern, File.ReadAllBytes(smallest.FullName));
        }
        seeds.AddRange(Manifests.Select(m => new Seed(m.File, m.File, Encoding.UTF8.GetBytes(m.Content), InFolder: true)));
        foreach (var detector in Catalogue.All.Detectors)
        {
            // Literal detectors share their ways of reading; a few samples of each are enough.
            foreach (var sample in detector.Samples.Where(s => s.Content.Length is > 0 and < 60_000).Take(detector is LiteralDetector ? 1 : 12)) seeds.Add(new Seed(detector.GetType().Name, sample.FileName, sample.Content, InFolder: true));
        }
        var random = new Random(1);
        seeds.AddRange(Encoders.All.Select(e => new Seed(e.Name, "a.js", Encoding.UTF8.GetBytes($"const value = {e.Write(Fakes.GitHubToken(), random)};\n"), InFolder: true)));
        return seeds;
    }

    private static byte[] GitPack()
    {
        using var folder = new TempFolder();
        Tools.Git(folder.Path, "init", "-q");
        var body = string.Concat(Enumerable.Range(0, 100).Select(i => $"line {i * 7919}\n"));
        foreach (var end in new[] { "a", "b" })
        {
            folder.Write("settings.txt", body + end);
            Tools.Git(folder.Path, "add", ".");
            Tools.Git(folder.Path, "commit", "-qm", end);
        }
        Tools.Git(folder.Path, "gc", "-q", "--aggressive");
        return File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder.Path, ".git/objects/pack"), "*.pack").Single());
    }

    private static byte[] Database()
    {
        using var folder = new TempFolder();
        Tools.Run(folder.Path, "sqlite3", "app.db", $"pragma page_size=1024; create table t(a text, b int); insert into t values('{new string('x', 3000)}', 7), ('some words', 8); create index i on t(a);");
        return File.ReadAllBytes(Path.Combine(folder.Path, "app.db"));
    }

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}
