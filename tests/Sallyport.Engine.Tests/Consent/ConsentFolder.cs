using Sallyport.Engine.Consent;

namespace Sallyport.Engine.Tests.Consent;

/// <summary>A workspace with what the ways around need: links that lead out, and a folder that passes for a repository.</summary>
internal sealed class ConsentFolder : IDisposable
{
    public ConsentFolder()
    {
        Write("src/a.txt", "hello\n");
        Write("src/b.txt", "world\n");
        Write("src/cat", "#!/bin/sh\n");
        Write("secret.txt", "hush\n");
        Write("locked/a", "x\n");
        Write("bare/HEAD", "ref: refs/heads/main\n");
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "bare", "objects"));
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "bare", "refs"));
        Directory.CreateSymbolicLink(System.IO.Path.Combine(Path, "out"), "/etc");
        File.CreateSymbolicLink(System.IO.Path.Combine(Path, "alias-of-secret"), "secret.txt");
    }

    public string Path { get; } = RealPath.Of(Directory.CreateTempSubdirectory("sally-consent-").FullName);

    public void Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>As "ask; allow bash npm test *; deny read x".</summary>
    public static Judge Judge(string setup)
    {
        var parts = setup.Split(';', StringSplitOptions.TrimEntries);
        var rules = new Dictionary<string, List<ConsentRule>> { ["allow"] = [], ["ask"] = [], ["deny"] = [] };
        foreach (var part in parts.Skip(1))
        {
            var space = part.IndexOf(' ', StringComparison.Ordinal);
            rules[part[..space]].Add(ConsentRule.Parse(part[(space + 1)..], out var error) ?? throw new ArgumentException(error));
        }
        return new Judge(PermissionModes.Parse(parts[0])!.Value, rules["allow"], rules["ask"], rules["deny"]);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
