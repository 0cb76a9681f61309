using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>
/// What work on a package leaves behind and users of it do not need. Untidy, and now and then telling; one finding a
/// kind, and none for a repository, where such files belong.
/// </summary>
internal sealed class Leftovers : PackageDetector
{
    private sealed record Kind(Rule Rule, string Message, Func<Entry, string, bool> Fits);

    private static readonly Kind[] Kinds =
    [
        New("ci-file", Severity.Low, "Settings of a build service", "They tell how and where you build.", ".github/workflows/ in a package",
            (e, p) => In(p, ".github/workflows/") || In(p, ".circleci/") || In(p, ".buildkite/") || In(p, ".woodpecker/") || In(p, ".teamcity/")
                || e.Name is ".gitlab-ci.yml" or ".travis.yml" or "appveyor.yml" or ".appveyor.yml" or "azure-pipelines.yml" or "bitbucket-pipelines.yml" or ".drone.yml" or "Jenkinsfile" or "cloudbuild.yaml"),
        New("editor-folder", Severity.Low, "Settings of an editor", "They name paths, servers and habits of your machine.", ".vscode/settings.json in a package",
            (e, p) => In(p, ".vscode/") || In(p, ".idea/") || In(p, ".vs/") || In(p, ".fleet/") || In(p, ".zed/") || e.Extension is ".sublime-workspace" or ".iml" || e.Name.EndsWith(".csproj.user", StringComparison.Ordinal)),
        New("agent-settings", Severity.Medium, "Settings and memory of a coding agent", "They hold commands that were allowed, internal instructions, sometimes keys.", ".claude/settings.local.json in a package",
            (e, p) => In(p, ".claude/") || In(p, ".cursor/") || In(p, ".sallyport/") || In(p, ".codex/") || In(p, ".gemini/") || In(p, ".aider/") || In(p, ".continue/") || In(p, ".windsurf/") || In(p, ".roo/")
                || e.Name is ".cursorrules" or ".windsurfrules" or ".aider.conf.yml" or ".aider.chat.history.md" or ".aider.input.history" or "CLAUDE.local.md" or ".mcp.json"),
        New("test-file", Severity.Note, "Tests", "Users of the package do not run them.", "__tests__/ in a package",
            (e, p) => In(p, "__tests__/") || In(p, "__mocks__/") || In(p, "__snapshots__/") || IsTest(e.Name)),
        New("coverage", Severity.Low, "Coverage reports", "They list your source files with their paths, sometimes with their text.", "coverage/lcov.info in a package",
            (e, p) => In(p, ".nyc_output/") || In(p, "lcov-report/") || e.Name is "lcov.info" or ".coverage" or "coverage.xml" or "clover.xml" or "coverage-final.json" or "coverage.cobertura.xml" || e.Extension is ".gcda" or ".gcno" or ".profraw"),
        New("system-file", Severity.Low, "Leavings of an operating system", "They list the names of neighbouring files.", ".DS_Store in a package",
            (e, p) => e.Name is ".DS_Store" or "Thumbs.db" or "desktop.ini" or "ehthumbs.db" || In(p, "__MACOSX/") || In(p, ".Trashes/") || In(p, ".Spotlight-V100/")),
        New("backup", Severity.Low, "A backup or swap file", "It is an older or unsaved state of a file beside it.", "config.js.bak or .main.js.swp in a package",
            (e, _) => e.Extension is ".bak" or ".orig" or ".swp" or ".swo" or ".rej" or ".old" || e.Name.EndsWith('~') || (e.Name.StartsWith('#') && e.Name.EndsWith('#') && e.Name.Length > 2) || e.Name.StartsWith("._", StringComparison.Ordinal)),
        New("log", Severity.Low, "A log", "It tells what ran on your machine, with paths and addresses.", "npm-debug.log in a package",
            (e, _) => e.Extension == ".log" && e.Size > 0),
        New("notebook-checkpoint", Severity.Low, "Checkpoints of notebooks", "They are older states of a notebook, with its results.", ".ipynb_checkpoints/ in a package",
            (_, p) => In(p, ".ipynb_checkpoints/")),
        New("compose-override", Severity.Low, "A personal docker-compose override", "It holds settings for one machine.", "docker-compose.override.yml in a package",
            (e, _) => e.Name is "docker-compose.override.yml" or "docker-compose.override.yaml" or "compose.override.yml" or "compose.override.yaml"),
        New("virtual-environment", Severity.Medium, "A virtual environment or package cache", "It is a copy of your machine's packages and paths.", ".venv/ in a package",
            (e, p) => In(p, ".venv/") || e.Name == "pyvenv.cfg" || In(p, ".tox/") || In(p, ".mypy_cache/") || In(p, ".pytest_cache/") || In(p, ".ruff_cache/")),
    ];

    public override IReadOnlyList<Rule> Rules => [.. Kinds.Select(k => k.Rule)];

    public override void Inspect(PackageFacts package, PackageSink sink)
    {
        if (package.Kind.StartsWith("git", StringComparison.Ordinal)) return;
        var met = new Seen?[Kinds.Length];
        foreach (var entry in package.Files)
        {
            if (entry.Origin != Origin.Packed || entry.IsRoot || In(entry.InPackage, "node_modules/")) continue;
            for (var i = 0; i < Kinds.Length; i++)
            {
                if (!Kinds[i].Fits(entry, entry.InPackage)) continue;
                var seen = met[i] ??= new Seen(entry);
                seen.Files++;
                seen.Bytes += entry.Size;
                break;
            }
        }
        for (var i = 0; i < Kinds.Length; i++)
        {
            if (met[i] is { } seen) sink.Report(Kinds[i].Rule, seen.First, Kinds[i].Message, ("files", seen.Files), ("bytes", seen.Bytes));
        }
    }

    private sealed class Seen(Entry first)
    {
        public Entry First => first;
        public long Files { get; set; }
        public long Bytes { get; set; }
    }

    private static Kind New(string id, Severity severity, string title, string why, string example, Func<Entry, string, bool> fits) =>
        new(new Rule("stray." + id, severity, Blocking.Never, title, "Leave it out: list what belongs in the package instead of what does not.", example), $"{title}: {char.ToLowerInvariant(why[0])}{why[1..^1]}", fits);

    private static bool In(string path, string folder)
    {
        for (var at = path.IndexOf(folder, StringComparison.Ordinal); at >= 0; at = path.IndexOf(folder, at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || path[at - 1] == '/') return true;
        }
        return false;
    }

    private static bool IsTest(string name)
    {
        foreach (var mark in (ReadOnlySpan<string>)[".test.", ".spec.", "_test.go", "_test.py"])
        {
            if (name.Contains(mark, StringComparison.Ordinal)) return true;
        }
        return name.StartsWith("test_", StringComparison.Ordinal) && name.EndsWith(".py", StringComparison.Ordinal);
    }
}
