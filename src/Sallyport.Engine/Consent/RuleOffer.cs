using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Consent;

/// <summary>
/// What "always" should mean: the narrowest rule that is of use. Never one for a program that runs others with free
/// arguments, and none that could not be read back as what was meant.
/// </summary>
internal static class RuleOffer
{
    // Programs whose sub-command says what they do.
    private static readonly HashSet<string> Grouped = new(StringComparer.Ordinal) { "git", "npm", "yarn", "pnpm", "bun", "dotnet", "cargo", "go", "gh", "docker", "kubectl", "terraform", "pip", "pip3", "gradle", "mvn", "poetry", "uv", "composer", "bundle", "swift", "deno" };

    // Sub-commands that run or fetch whatever is behind them.
    private static readonly HashSet<string> Free = new(StringComparer.Ordinal) { "exec", "x", "dlx", "run", "config", "submodule", "filter-branch", "bisect", "rebase", "difftool", "mergetool", "remote", "clone", "script", "create", "init", "tool", "rm", "clean", "reset", "push", "publish", "install", "add" };

    private static readonly HashSet<string> Tools = new(StringComparer.Ordinal) { "pytest", "jest", "vitest", "tsc", "eslint", "prettier", "black", "ruff", "mypy", "flake8", "pylint", "rubocop", "rspec", "phpunit", "ctest", "gofmt", "rustfmt", "clang-format", "shellcheck", "hadolint", "yamllint", "markdownlint", "csharpier", "biome" };

    public static IReadOnlyList<ConsentRule> ForLine(string tool, ShellReading reading, IReadOnlyList<ConsentRule> allow, Workspace workspace)
    {
        var rules = new List<ConsentRule>();
        if (reading.Unknown.Count > 0 || reading.Hosts.Count > 0) return rules;
        foreach (var command in reading.Commands)
        {
            if (SafeCommands.WhyNot(command, workspace) is null || allow.Any(rule => rule.Covers(tool, command, workspace))) continue;
            if (Narrowest(command) is not { } pattern || ConsentRule.Parse($"{tool} {pattern}", out _) is not { } rule || !rule.Covers(tool, command, workspace)) return [];
            if (!rules.Exists(one => one.Text == rule.Text)) rules.Add(rule);
        }
        return rules;
    }

    private static string? Narrowest(EffectiveCommand command)
    {
        if (command.Unknown is not null || command.HasDynamicWords || command.Traits.HasFlag(CommandTraits.Elevated) || command.Traits.HasFlag(CommandTraits.Remote)) return null;
        var words = command.Canonical ?? command.Words;
        var name = words[0].Value!;
        if (command.IsPlainName && Tools.Contains(name)) return $"{name} *";
        if (command.IsPlainName && Grouped.Contains(name) && words.Count > 1 && IsWord(words[1]))
        {
            var sub = words[1].Value!;
            if (!Free.Contains(sub)) return $"{name} {sub} *";
            if (sub == "run" && name is "npm" or "yarn" or "pnpm" && words.Count > 2 && IsWord(words[2])) return $"{name} run {words[2].Value} *";
        }
        // Word for word, if it can be written so.
        foreach (var word in words) if (word.IsGlob || word.Value is not { Length: > 0 } text || text.AsSpan().IndexOfAny(" \t\n*?()") >= 0) return null;
        return string.Join(' ', words.Select(static word => word.Value));
    }

    private static bool IsWord(ShellWord word)
    {
        if (word.Value is not { Length: > 0 } text || word.IsGlob || !char.IsAsciiLetter(text[0])) return false;
        foreach (var c in text) if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or ':')) return false;
        return true;
    }

    public static IReadOnlyList<ConsentRule> ForPaths(string tool, Touches touches, Workspace workspace)
    {
        var rules = new List<ConsentRule>();
        if (touches.Server is { } server) return ConsentRule.Parse($"mcp({server})", out _) is { } one ? [one] : [];
        if (touches.Host is { } host) Add(host);
        else if (touches.Paths.Count == 0) Add(null);
        foreach (var path in touches.Paths)
        {
            var folder = Path.GetDirectoryName(path);
            if (path.AsSpan().IndexOfAny('*', '?') >= 0) return [];
            // A folder of the workspace; at its root, and outside, only the file.
            if (folder is null || folder == workspace.Root || !workspace.Contains(path) || ProtectedPaths.Has(path)) Add(workspace.Show(path));
            else Add(workspace.Show(folder) + "/**");
        }
        return rules;

        void Add(string? pattern)
        {
            if (ConsentRule.Parse(pattern is null ? tool : $"{tool} {pattern}", out _) is { } rule && !rules.Exists(one => one.Text == rule.Text)) rules.Add(rule);
        }
    }
}
