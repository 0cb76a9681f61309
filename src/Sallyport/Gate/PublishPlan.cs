using System.Text.Json;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>What a program that publishes would send, from its arguments. Where that cannot be told before it does, it is refused.</summary>
/// <param name="Targets">To be checked; none when it publishes nothing.</param>
/// <param name="Refusal">Why not even a check can tell; null when one can.</param>
internal sealed record PublishPlan(IReadOnlyList<string> Targets, string? Refusal)
{
    /// <summary>Targets that are no files but these texts, by name.</summary>
    public Dictionary<string, string> Texts { get; init; } = [];

    private static readonly PublishPlan Nothing = new([], null);

    // Scripts that run while a folder is published: what they make is in no folder yet.
    private static readonly string[] Scripts = ["prepublish", "prepublishOnly", "prepack", "prepare", "postpack"];

    private static readonly HashSet<string> Elsewhere = new(StringComparer.Ordinal)
    {
        "run", "run-script", "rum", "urn", "exec", "x", "dlx", "test", "t", "tst", "install", "i", "ci", "add", "remove", "rm", "uninstall", "un", "update", "up", "view", "v", "info", "show", "help", "search", "s", "find",
        "pkg", "config", "c", "get", "set", "pack", "why", "explain", "ls", "list", "ll", "la", "outdated", "link", "ln", "start", "stop", "restart", "version", "docs", "whoami", "dist-tag", "init", "create", "node", "audit", "fund", "prune", "dedupe", "rebuild", "root", "prefix", "bin", "cache", "doctor", "ping", "repo", "bugs", "home", "owner", "star", "unstar", "team", "token", "login", "logout", "adduser",
    };

    public static PublishPlan Of(string program, string[] words, string folder) => program switch
    {
        "npm" or "pnpm" or "yarn" or "bun" => Node(program, words, folder),
        "dotnet" => words is ["nuget", ..] && Array.IndexOf(words, "push") is > 0 and var from ? Files(words[(from + 1)..], folder, ".nupkg", ".snupkg") : Nothing,
        "nuget" => Array.IndexOf(words, "push") is >= 0 and var at ? Files(words[(at + 1)..], folder, ".nupkg", ".snupkg") : Nothing,
        "twine" or "gem" => Files(words[1..], folder, ".whl", ".gz", ".zip", ".egg", ".bz2", ".gem"),
        "poetry" or "uv" or "pdm" or "hatch" => Built(program, words, folder),
        "docker" or "podman" => Array.IndexOf(words, "push") is 0 or 1 ? new([], $"an image cannot be checked on its way: {program} save IMAGE -o image.tar, then sally gate check image.tar, and have the user push it") : Nothing,
        "gh" or "glab" or "tea" => ForgePlan.Of(program, words, folder),
        _ => new([], $"{program} packs while it publishes, so what leaves cannot be checked before: pack it, run sally gate check over the package, and have the user publish it"),
    };

    private static PublishPlan Node(string program, string[] words, string folder)
    {
        // Behind an option it may be its value, so only a first word counts.
        if (words is [var first, ..] && Elsewhere.Contains(first) && !(program == "yarn" && first is "npm" or "workspace" or "workspaces")) return Nothing;
        var paths = new List<string>();
        foreach (var word in words)
        {
            if (word is "-w" or "--workspace" or "--workspaces" or "-ws" or "-r" or "--recursive" or "--filter" or "-F" or "workspaces" or "foreach" || word.StartsWith("--workspace=", StringComparison.Ordinal) || word.StartsWith("--filter=", StringComparison.Ordinal))
                return new([], "several packages at once: publish them one by one, each by its packed file");
            var path = Path.GetFullPath(word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..], folder);
            if ((File.Exists(path) && word.EndsWith("gz", StringComparison.Ordinal)) || File.Exists(Path.Combine(path, "package.json"))) paths.Add(path);
        }
        if (paths.Count == 0)
        {
            if (!File.Exists(Path.Combine(folder, "package.json"))) return Nothing;
            paths.Add(folder);
        }
        foreach (var path in paths)
            if (Directory.Exists(path) && Script(path) is { } script && Array.IndexOf(words, "--ignore-scripts") < 0)
                return new([], $"its script \"{script}\" runs while it is published, and what that makes cannot be checked before: {(program == "npm" ? "npm" : program)} pack first, then publish the .tgz");
        return new(paths, null);
    }

    private static string? Script(string folder)
    {
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "package.json")));
            if (manifest.RootElement.ValueKind == JsonValueKind.Object && manifest.RootElement.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object)
                foreach (var name in Scripts) if (scripts.TryGetProperty(name, out _)) return name;
            return null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{folder}/package.json: cannot be read ({e.Message})", e);
        }
    }

    private static PublishPlan Built(string program, string[] words, string folder)
    {
        if (Array.IndexOf(words, "publish") is not (>= 0 and var at)) return Nothing;
        if (words.Any(static word => word is "--build" or "-b")) return new([], $"build first, then {program} publish: what is built on the way cannot be checked before");
        if (program == "pdm" && Array.IndexOf(words, "--no-build") < 0) return new([], "pdm builds while it publishes: pdm build first, then pdm publish --no-build");
        var given = Files(words[(at + 1)..], folder, ".whl", ".gz");
        return given.Refusal is null ? given : Files(["dist/*"], folder, ".whl", ".gz");
    }

    // Options and their values are no files, or are checked needlessly.
    private static PublishPlan Files(string[] words, string folder, params string[] endings)
    {
        var files = new List<string>();
        foreach (var word in words)
        {
            if (word.StartsWith('-')) continue;
            foreach (var path in Named(word, folder))
            {
                if (Array.Exists(endings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) && !files.Contains(path)) files.Add(path);
                // Pushed along with it.
                if (path.EndsWith(".nupkg", StringComparison.OrdinalIgnoreCase) && Path.ChangeExtension(path, ".snupkg") is var symbols && File.Exists(symbols) && !files.Contains(symbols)) files.Add(symbols);
            }
        }
        return files.Count > 0 ? new(files, null) : new([], $"no file of the kinds {string.Join(", ", endings)} is named, so it cannot be told what would leave");
    }

    private static IEnumerable<string> Named(string word, string folder)
    {
        var path = Path.GetFullPath(word, folder);
        if (File.Exists(path)) return [path];
        if (Directory.Exists(path)) return Directory.EnumerateFiles(path);
        var star = word.AsSpan().IndexOfAny('*', '?', '[');
        if (star < 0) return [];
        // Rather too many: every file below the part that is plain.
        var above = Path.GetFullPath(word[..(word.AsSpan(0, star).LastIndexOf('/') + 1)], folder);
        return Directory.Exists(above) ? Directory.EnumerateFiles(above, "*", word.Contains("**", StringComparison.Ordinal) || word.AsSpan(star).Contains('/') ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly) : [];
    }
}
