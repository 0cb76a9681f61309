using System.IO.Enumeration;

namespace Sallyport.Engine.Flow;

/// <summary>
/// Files by which what was written today acts later or elsewhere: instructions to agents, hooks, build servers, settings that start
/// programs or say where packages come from. Rather one too many than one too few: after words of others, writing one is asked.
/// </summary>
internal static class LastingPaths
{
    private const string Agents = "tells agents what to do";
    private const string Hooks = "runs by itself";
    private const string Servers = "runs on a build server";
    private const string Settings = "decides what runs or where things come from";

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AGENTS.md"] = Agents, ["AGENT.md"] = Agents, ["AGENTS.override.md"] = Agents, ["CLAUDE.md"] = Agents, ["CLAUDE.local.md"] = Agents, ["GEMINI.md"] = Agents, ["QWEN.md"] = Agents, ["WARP.md"] = Agents, ["CRUSH.md"] = Agents, ["CONVENTIONS.md"] = Agents, ["SKILL.md"] = Agents,
        [".cursorrules"] = Agents, [".windsurfrules"] = Agents, [".clinerules"] = Agents, [".roorules"] = Agents, [".goosehints"] = Agents, ["copilot-instructions.md"] = Agents, [".aider.conf.yml"] = Agents, ["opencode.json"] = Agents, [".mcp.json"] = Agents, ["mcp.json"] = Agents, [".sallyignore"] = Agents,
        ["lefthook.yml"] = Hooks, ["lefthook.yaml"] = Hooks, ["lefthook.toml"] = Hooks, ["lefthook.json"] = Hooks, [".lefthook.yml"] = Hooks, [".lefthook.yaml"] = Hooks, ["lefthook-local.yml"] = Hooks, [".lefthook-local.yml"] = Hooks, [".pre-commit-config.yaml"] = Hooks, [".pre-commit-hooks.yaml"] = Hooks, [".overcommit.yml"] = Hooks,
        [".envrc"] = Hooks, [".bashrc"] = Hooks, [".bash_profile"] = Hooks, [".bash_login"] = Hooks, [".bash_logout"] = Hooks, [".profile"] = Hooks, [".zshrc"] = Hooks, [".zshenv"] = Hooks, [".zprofile"] = Hooks, [".zlogin"] = Hooks, ["crontab"] = Hooks, [".gdbinit"] = Hooks, [".vimrc"] = Hooks, [".exrc"] = Hooks,
        [".gitlab-ci.yml"] = Servers, [".gitlab-ci.yaml"] = Servers, ["Jenkinsfile"] = Servers, [".travis.yml"] = Servers, ["appveyor.yml"] = Servers, [".appveyor.yml"] = Servers, ["bitbucket-pipelines.yml"] = Servers, [".drone.yml"] = Servers, [".woodpecker.yml"] = Servers, [".woodpecker.yaml"] = Servers, ["cloudbuild.yaml"] = Servers, ["cloudbuild.yml"] = Servers, ["buildspec.yml"] = Servers,
        ["codefresh.yml"] = Servers, ["wercker.yml"] = Servers, [".cirrus.yml"] = Servers, ["dependabot.yml"] = Servers, ["renovate.json"] = Servers, ["CODEOWNERS"] = Servers, ["vercel.json"] = Servers, ["netlify.toml"] = Servers, ["fly.toml"] = Servers,
        [".gitconfig"] = Settings, [".gitmodules"] = Settings, [".gitattributes"] = Settings, [".npmrc"] = Settings, [".yarnrc"] = Settings, [".yarnrc.yml"] = Settings, [".pnpmfile.cjs"] = Settings, [".pypirc"] = Settings, ["pip.conf"] = Settings, ["nuget.config"] = Settings, [".bazelrc"] = Settings, [".mise.toml"] = Settings, ["mise.toml"] = Settings, [".netrc"] = Settings,
        [".devcontainer.json"] = Settings, [".gitpod.yml"] = Settings, [".gitpod.Dockerfile"] = Settings, [".replit"] = Settings, ["gradle-wrapper.properties"] = Settings, ["maven-wrapper.properties"] = Settings,
    };

    // A folder of this name, and all that is in it.
    private static readonly Dictionary<string, string> Folders = new(StringComparer.OrdinalIgnoreCase)
    {
        [".sallyport"] = Agents, [".cursor"] = Agents, [".claude"] = Agents, [".codex"] = Agents, [".gemini"] = Agents, [".qwen"] = Agents, [".windsurf"] = Agents, [".roo"] = Agents, [".clinerules"] = Agents, [".kiro"] = Agents, [".continue"] = Agents, [".amazonq"] = Agents, [".opencode"] = Agents, [".crush"] = Agents, [".agents"] = Agents, [".aider"] = Agents, [".junie"] = Agents,
        [".git"] = Hooks, [".husky"] = Hooks, [".githooks"] = Hooks, [".lefthook"] = Hooks, [".ssh"] = Hooks, ["cron.d"] = Hooks, ["autostart"] = Hooks, ["LaunchAgents"] = Hooks, ["systemd"] = Hooks,
        [".circleci"] = Servers, [".buildkite"] = Servers, [".semaphore"] = Servers, [".tekton"] = Servers, [".teamcity"] = Servers, [".woodpecker"] = Servers, [".gitlab"] = Servers,
        [".devcontainer"] = Settings, [".vscode"] = Hooks, [".idea"] = Hooks, [".fleet"] = Hooks, [".zed"] = Hooks,
    };

    private static readonly (string Folder, string Name, string Why)[] Below =
    [
        (".github", "workflows", Servers), (".github", "actions", Servers), (".github", "instructions", Agents), (".github", "prompts", Agents), (".github", "agents", Agents), (".github", "chatmodes", Agents), (".github", "skills", Agents),
        (".forgejo", "workflows", Servers), (".gitea", "workflows", Servers), (".mvn", "extensions.xml", Hooks), (".mvn", "jvm.config", Settings), (".mvn", "maven.config", Settings), (".cargo", "config.toml", Settings), (".cargo", "config", Settings), (".config", "dotnet-tools.json", Settings),
    ];

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> NamesBySpan = Names.GetAlternateLookup<ReadOnlySpan<char>>(), FoldersBySpan = Folders.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether only some of what is in a folder of this name is meant.</summary>
    public static bool MayHold(ReadOnlySpan<char> folder)
    {
        foreach (var (above, _, _) in Below) if (folder.Equals(above, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>Whether a folder of this name is meant with all that is in it.</summary>
    public static bool IsFolder(ReadOnlySpan<char> name) => FoldersBySpan.ContainsKey(name);

    /// <summary>Whether a file of this name is one, wherever it is.</summary>
    public static bool IsFile(ReadOnlySpan<char> name) => NamesBySpan.ContainsKey(name) || OfServers(name);

    /// <summary>Whether something of this name is meant in a folder of that one.</summary>
    public static bool IsBelow(ReadOnlySpan<char> folder, ReadOnlySpan<char> name)
    {
        foreach (var (above, below, _) in Below) if (folder.Equals(above, StringComparison.OrdinalIgnoreCase) && name.Equals(below, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>What a file does later, as "AGENTS.md, which tells agents what to do"; null when it only lies there.</summary>
    public static string? Why(string absolute)
    {
        var parts = absolute.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (Folders.TryGetValue(parts[i], out var folder)) return folder;
            if (i + 1 >= parts.Length) break;
            foreach (var (above, name, why) in Below)
                if (parts[i].Equals(above, StringComparison.OrdinalIgnoreCase) && parts[i + 1].Equals(name, StringComparison.OrdinalIgnoreCase)) return why;
        }
        if (parts.Length == 0) return null;
        if (Names.TryGetValue(parts[^1], out var found)) return found;
        if (OfServers(parts[^1])) return Servers;
        return absolute.StartsWith("/etc/", StringComparison.Ordinal) ? Settings : null;
    }

    private static bool OfServers(ReadOnlySpan<char> name) => FileSystemName.MatchesSimpleExpression("azure-pipelines*.y*ml", name) || FileSystemName.MatchesSimpleExpression("Jenkinsfile.*", name);
}
