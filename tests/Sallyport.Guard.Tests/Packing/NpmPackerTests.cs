using System.Diagnostics;
using System.Text.Json;
using Sallyport.Guard.Packing.Npm;

namespace Sallyport.Guard.Tests.Packing;

/// <summary>Holds our reading of a folder against what the real <c>npm pack</c> would send.</summary>
public sealed class NpmPackerTests
{
    [Fact]
    public void Packs_what_npm_packs()
    {
        using var folder = new TempFolder();
        foreach (var (name, manifest, files) in NpmLayouts.All) Lay(folder, name, manifest, files);
        var real = NpmPack(folder.Path, [.. NpmLayouts.All.Select(l => l.Name)]);
        var wrong = new List<string>();
        foreach (var (name, _, _) in NpmLayouts.All)
        {
            var ours = new NpmPacker().Plan(Path.Combine(folder.Path, name))!.Files.Select(f => f.Path).ToHashSet();
            var missing = real[name].Except(ours).ToArray();
            var extra = ours.Except(real[name]).ToArray();
            if (missing.Length + extra.Length > 0) wrong.Add($"{name}: npm also packs [{string.Join(", ", missing)}], does not pack [{string.Join(", ", extra)}]");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Says_which_line_of_the_manifest_lets_a_file_in()
    {
        using var folder = new TempFolder();
        folder.Write("package.json", "{\n  \"name\": \"x\",\n  \"version\": \"1.0.0\",\n  \"main\": \"lib/m.js\",\n  \"files\": [\n    \"dist\",\n    \"!dist/no\",\n    \"a.js\"\n  ]\n}\n");
        foreach (var name in (string[])["dist/x.js", "dist/no/y.js", "a.js", "lib/m.js", "README.md"]) folder.Write(name, "");
        var by = new NpmPacker().Plan(folder.Path)!.Files.ToDictionary(f => f.Path, f => f.AdmittedBy);
        Assert.Equal("package.json:6 files[0] \"dist\"", by["dist/x.js"]);
        Assert.Equal("package.json:8 files[2] \"a.js\"", by["a.js"]);
        Assert.Equal("package.json:4 main \"lib/m.js\"", by["lib/m.js"]);
        Assert.Equal("always packed by npm", by["README.md"]);
        Assert.False(by.ContainsKey("dist/no/y.js"));
    }

    [Fact]
    public void A_finding_tells_the_line_that_admits_its_file()
    {
        using var folder = new TempFolder();
        folder.Write("package.json", "{\"name\":\"x\",\"version\":\"1.0.0\",\"license\":\"MIT\",\"files\":[\"dist\"]}");
        folder.Write("dist/.env", "PORT=3000\n");
        folder.Write(".env", "PORT=3000\n");
        var report = Checks.Check(folder.Path);
        var finding = Assert.Single(report.Findings, f => f.Rule.Id == "stray.env-file");
        Assert.Equal("dist/.env", finding.Path);
        Assert.Equal("package.json:1 files[0] \"dist\"", finding.Evidence["admittedBy"]);
        Assert.Equal("npm-folder", report.Kind);
        Assert.Equal(2, Checks.Check(folder.Path, asIs: true).Findings.Count(f => f.Rule.Id == "stray.env-file"));
    }

    private static void Lay(TempFolder folder, string name, string manifest, string[] files)
    {
        folder.Write($"{name}/package.json", $"{{\"name\":\"{name}\",\"version\":\"1.0.0\"{(manifest.Length > 0 ? "," : "")}{manifest}}}");
        foreach (var file in files)
        {
            if (file.Split(" -> ") is [var link, var target]) File.CreateSymbolicLink(Path.Combine(folder.Path, name, link), target);
            else
            {
                var equals = file.IndexOf('=', StringComparison.Ordinal);
                folder.Write($"{name}/{(equals < 0 ? file : file[..equals])}", equals < 0 ? "x\n" : file[(equals + 1)..]);
            }
        }
    }

    private static Dictionary<string, HashSet<string>> NpmPack(string folder, string[] names)
    {
        var start = new ProcessStartInfo("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline", "--loglevel=silent", .. names.Select(n => "./" + n)])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var npm = Process.Start(start)!;
            var errors = npm.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            Assert.True(output.Length > 0, $"npm said nothing: {errors.GetAwaiter().GetResult()}");
            using var json = JsonDocument.Parse(output);
            return json.RootElement.EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!,
                p => p.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("path").GetString()!).ToHashSet());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("npm is not installed; the packing rules were not compared with it");
            throw;
        }
    }
}
