namespace Sallyport.Guard.Tests.SourceMaps;

/// <summary>What compilers and bundlers really write.</summary>
public sealed class RealToolTests
{
    private const string Main = "import { greet } from \"./lib/greet\";\ninterface Options { name: string }\nconst options: Options = { name: \"world\" };\nconsole.log(greet(options.name));\n";
    private const string Lib = "/** Greets. */\nexport function greet(name: string): string {\n  return `hello ${name}`;\n}\n";

    private static TempFolder Project()
    {
        var folder = new TempFolder();
        folder.Write("src/main.ts", Main);
        folder.Write("src/lib/greet.ts", Lib);
        folder.Write("dist/package.json", """{"name":"a","main":"main.js"}""");
        return folder;
    }

    private static TargetReport Built(TempFolder project, string tool, params string[] arguments)
    {
        var tools = NodeTools.Require("npm-1", "typescript@5.9", "esbuild", "webpack");
        var run = NodeTools.Run(project.Path, "node", [Path.Combine(tools, "node_modules", tool), .. arguments], out var output);
        Assert.True(run == 0, output);
        return Checks.Check(Path.Combine(project.Path, "dist"), asIs: true);
    }

    private static TargetReport Tsc(TempFolder project, params string[] arguments) =>
        Built(project, "typescript/bin/tsc", ["src/main.ts", "--outDir", "dist", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", .. arguments]);

    private static TargetReport Esbuild(TempFolder project, params string[] arguments) =>
        Built(project, "esbuild/bin/esbuild", ["src/main.ts", "--bundle", "--platform=node", "--outfile=dist/main.js", .. arguments]);

    [Fact]
    public void Tsc_maps_that_hold_the_sources()
    {
        using var project = Project();
        var report = Tsc(project, "--sourceMap", "--inlineSources");
        Assert.Equal(2, report.Findings.Count(f => f.Rule.Id == "source-map.external" && f.IsBlocking));
    }

    [Fact]
    public void Tsc_inline_maps()
    {
        using var project = Project();
        Assert.Contains("source-map.inline", Tsc(project, "--inlineSourceMap", "--inlineSources").Rules());
    }

    [Fact]
    public void Tsc_declaration_maps_name_the_sources()
    {
        using var project = Project();
        var report = Tsc(project, "--declaration", "--declarationMap");
        Assert.Contains("source-map.names", report.Rules());
        Assert.DoesNotContain("source-map.external", report.Rules());
    }

    [Fact]
    public void Esbuild_maps_that_no_comment_points_at()
    {
        using var project = Project();
        Assert.Contains("source-map.external", Esbuild(project, "--minify", "--sourcemap=external").Rules());
    }

    [Fact]
    public void Esbuild_inline_maps()
    {
        using var project = Project();
        Assert.Contains("source-map.inline", Esbuild(project, "--minify", "--sourcemap=inline").Rules());
    }

    [Fact]
    public void Esbuild_bundles_are_judged_by_whether_they_are_minified()
    {
        using var project = Project();
        Assert.Contains("source.module-banners", Esbuild(project).Rules());
        Assert.DoesNotContain(Esbuild(project, "--minify").Findings, f => f.IsBlocking);
    }

    [Theory]
    [InlineData("eval", "source-map.eval")]
    [InlineData("eval-source-map", "source-map.inline")]
    [InlineData("source-map", "source-map.external")]
    [InlineData("hidden-source-map", "source-map.external")]
    [InlineData("inline-source-map", "source-map.inline")]
    [InlineData("nosources-source-map", "source-map.names")]
    public void Webpack_in_every_devtool(string devtool, string rule)
    {
        using var project = Project();
        project.Write("src/a.js", "export const a = 1;\n");
        project.Write("src/b.js", "import { a } from \"./a.js\";\nconsole.log(a);\n");
        var tools = NodeTools.Require("npm-1", "typescript@5.9", "esbuild", "webpack");
        project.Write("build.js", $$"""
            require({{System.Text.Json.JsonSerializer.Serialize(Path.Combine(tools, "node_modules/webpack"))}})({ mode: "development", devtool: "{{devtool}}", context: __dirname, entry: "./src/b.js",
              output: { path: __dirname + "/dist", filename: "main.js" } }, (e, s) => { if (e || s.hasErrors()) { console.error(e || s.toString()); process.exit(1); } });
            """);
        Assert.True(NodeTools.Run(project.Path, "node", ["build.js"], out var output) == 0, output);
        Assert.Contains(rule, Checks.Check(Path.Combine(project.Path, "dist"), asIs: true).Rules());
    }

    [Theory]
    [InlineData("terser", "node_modules/terser/bin/terser src/a.js -m --module -o dist/main.js --source-map includeSources,url=inline", "source-map.inline")]
    [InlineData("terser", "node_modules/terser/bin/terser src/a.js -m --module -o dist/main.js --source-map includeSources", "source-map.external")]
    [InlineData("rollup", "node_modules/rollup/dist/bin/rollup src/b.js -f es -o dist/main.js -m inline", "source-map.inline")]
    [InlineData("rollup", "node_modules/rollup/dist/bin/rollup src/b.js -f es -o dist/main.js -m hidden", "source-map.external")]
    [InlineData("vite", "node_modules/vite/bin/vite.js build --sourcemap hidden", "source-map.external")]
    [InlineData("vite", "node_modules/vite/bin/vite.js build --sourcemap inline", "source-map.inline")]
    public void Other_bundlers(string tool, string command, string rule)
    {
        using var project = Project();
        project.Write("src/a.js", "export const a = 1;\n");
        project.Write("src/b.js", "import { a } from \"./a.js\";\nconsole.log(a);\n");
        project.Write("index.html", "<script type=\"module\" src=\"/src/b.js\"></script>\n");
        var arguments = command.Split(' ');
        var tools = NodeTools.Require($"{tool}-1", tool);
        Assert.True(NodeTools.Run(project.Path, "node", [Path.Combine(tools, arguments[0]), .. arguments[1..]], out var output) == 0, output);
        Assert.Contains(rule, Checks.Check(Path.Combine(project.Path, "dist"), asIs: true).Rules());
    }

    [Fact]
    public void Bun_executables_with_and_without_their_map()
    {
        if (!OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64) Assert.Skip("bun is only fetched for Linux on x64");
        var bun = Path.Combine(NodeTools.Require("bun-1", "@oven/bun-linux-x64"), "node_modules/@oven/bun-linux-x64/bin/bun");
        using var project = Project();
        Assert.True(NodeTools.Run(project.Path, bun, ["build", "--compile", "--minify", "--sourcemap", "src/main.ts", "--outfile", "out/app"], out var output) == 0, output);
        var request = new CheckRequest { Targets = [Path.Combine(project.Path, "out/app")] };
        var report = SourceRecovery.Write(request, Path.Combine(project.Path, "back"), TestContext.Current.CancellationToken);
        Assert.Contains("source-map.executable", report.Check.Targets[0].Rules());
        Assert.Equal(Lib, File.ReadAllText(Path.Combine(project.Path, "back/src/lib/greet.ts")));
        Assert.True(NodeTools.Run(project.Path, bun, ["build", "--compile", "--minify", "src/main.ts", "--outfile", "out/plain"], out output) == 0, output);
        Assert.DoesNotContain("source-map.executable", Checks.Check(Path.Combine(project.Path, "out/plain")).Rules());
    }
}
