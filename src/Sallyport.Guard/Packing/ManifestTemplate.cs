namespace Sallyport.Guard.Packing;

/// <summary><c>MANIFEST.in</c> of setuptools: commands that add to an sdist and take from it, the last that matches decides.</summary>
internal sealed class ManifestTemplate
{
    private readonly List<(bool Adds, Func<string, bool> Fits, string Source)> commands = [];

    public static ManifestTemplate Load(string folder)
    {
        var template = new ManifestTemplate();
        if (FolderTree.At(Path.Combine(folder, "MANIFEST.in")) is not { Kind: NodeKind.File, Length: < 1 << 20 } node) return template;
        var number = 0;
        foreach (var line in File.ReadLines(node.FullPath))
        {
            number++;
            var words = line.Split('#')[0].Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2) template.Add(words, $"MANIFEST.in:{number} \"{line.Trim()}\"");
        }
        return template;
    }

    /// <summary>Which line lets the file in; <paramref name="otherwise"/> when none speaks of it, null when one takes it out.</summary>
    public string? Ask(string path, string? otherwise)
    {
        foreach (var (adds, fits, source) in commands)
        {
            if (fits(path)) otherwise = adds ? otherwise ?? source : null;
        }
        return otherwise;
    }

    private void Add(string[] words, string source)
    {
        var command = words[0];
        var adds = command is "include" or "recursive-include" or "global-include" or "graft";
        if (command is "graft" or "prune")
        {
            var folder = words[1].Trim('/') + "/";
            var glob = new Glob(words[1].Trim('/') + "/**", ignoreCase: false);
            commands.Add((adds, p => p.StartsWith(folder, StringComparison.Ordinal) || glob.Matches(p), source));
        }
        else if (command is "recursive-include" or "recursive-exclude")
        {
            foreach (var pattern in words[2..])
            {
                var glob = new Glob($"{words[1].Trim('/')}/**/{pattern}", ignoreCase: false);
                commands.Add((adds, glob.Matches, source));
            }
        }
        else if (command is "include" or "exclude" or "global-include" or "global-exclude")
        {
            foreach (var pattern in words[1..])
            {
                var glob = new Glob(command.StartsWith("global", StringComparison.Ordinal) ? $"**/{pattern}" : pattern, ignoreCase: false);
                commands.Add((adds, glob.Matches, source));
            }
        }
    }
}
