using System.Xml.Linq;

namespace Sallyport.Tests;

/// <summary>References point down only. A new project, or a new arrow, is entered here on purpose.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Sallyport.Shelves"] = [],
        ["Sallyport.Ready"] = [],
        ["Sallyport.Guard"] = ["Sallyport.Shelves"],
        ["Sallyport.Engine"] = ["Sallyport.Guard", "Sallyport.Shelves"],
        ["Sallyport.Providers"] = ["Sallyport.Engine", "Sallyport.Guard", "Sallyport.Shelves"],
        ["Sallyport.Links"] = ["Sallyport.Engine", "Sallyport.Guard"],
        ["Sallyport.Tools"] = ["Sallyport.Engine", "Sallyport.Guard", "Sallyport.Shelves"],
        ["Sallyport"] = ["Sallyport.Tools", "Sallyport.Links", "Sallyport.Providers", "Sallyport.Engine", "Sallyport.Guard", "Sallyport.Shelves", "Sallyport.Ready"],
    };

    [Fact]
    public void References_point_down_only()
    {
        var root = Root();
        foreach (var project in Directory.EnumerateFiles(Path.Combine(root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(((string?)r.Attribute("Include") ?? "").Replace('\\', '/'))).ToArray();
            TestContext.Current.TestOutputHelper?.WriteLine($"{name} -> {string.Join(", ", references)}");
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is not in the table");
            Assert.All(references, reference => Assert.Contains(reference, allowed));
        }
    }

    [Fact]
    public void The_architecture_page_names_every_project()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "ARCHITECTURE.md"));
        Assert.All(Directory.EnumerateDirectories(Path.Combine(Root(), "src")), folder => Assert.Contains($"`src/{Path.GetFileName(folder)}`", page));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx"))) folder = folder.Parent ?? throw new InvalidOperationException("no repository above the tests");
        return folder.FullName;
    }
}
