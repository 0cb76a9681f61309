using Sallyport.Engine.Consent;
using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Flow;

/// <summary>
/// Whose words a call brings in: what its tool says, files from outside of the workspace, dependencies, commands that talk to others.
/// Told by what a call names; a program that reads more than its line says is not seen.
/// </summary>
internal static class FlowSources
{
    // Folders whose content others wrote, wherever they are.
    private static readonly string[] Dependencies = ["node_modules", "vendor", ".venv", "venv", "site-packages", "bower_components", "jspm_packages", "Pods", "Carthage", "elm-stuff", ".yarn", ".pnpm-store"];

    // The system's own, as trusted as the programs that run from there.
    private static readonly string[] System = ["/usr/", "/etc/", "/lib/", "/lib64/", "/bin/", "/sbin/", "/opt/", "/nix/store/", "/proc/", "/sys/", "/dev/", "/System/", "/Library/"];

    // These remove or make, and say nothing of what is in there.
    private static readonly HashSet<string> Silent = new(StringComparer.Ordinal) { "rm", "rmdir", "mkdir", "touch", "chmod", "chown", "ln", "mv", "echo", "printf", "test", "[", "[[", "cd", "pushd", "export", "du", "true", "kill", "which", "command", "type" };

    /// <param name="touches">Of the call.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="workspace">What lies in it is the user's.</param>
    /// <param name="outputs">The session's own folder for long outputs.</param>
    /// <param name="isConfined">Commands reach others only through the proxy, which tells of each.</param>
    public static FlowLabels Of(Touches touches, ToolResult result, Workspace workspace, string outputs, bool isConfined)
    {
        var labels = FlowLabels.None;
        if (result.From is { } from) labels = labels.With(FlowLabels.From(from));
        if (touches.Command is { } line) return OfLine(ShellReading.Of(line, workspace), workspace, isConfined, labels);
        if (touches.Effect != Effect.Read) return labels;
        foreach (var path in touches.Paths) if (OfPath(path, workspace, outputs) is { } source) labels = labels.With(FlowLabels.From(source));
        if (!labels.IsUntrusted && touches.Paths.Count > 0 && Directory.Exists(touches.Paths[0]) && Named(result.Text) is { } name) labels = FlowLabels.From(UntrustedSource.Of("dependency", name));
        return labels;
    }

    private static FlowLabels OfLine(ShellReading reading, Workspace workspace, bool isConfined, FlowLabels labels)
    {
        foreach (var command in reading.Commands)
        {
            if (!isConfined && (command.Traits.HasFlag(CommandTraits.Network) || command.Traits.HasFlag(CommandTraits.Remote))) labels = labels.With(FlowLabels.From(UntrustedSource.Of("command", command.Shown)));
            if (command.Name is { } name && Silent.Contains(name)) continue;
            for (var i = 1; i < command.Words.Count; i++)
            {
                if (command.Words[i] is not { Value: { Length: > 0 and < 4096 } text } word || text[0] == '-' || word.IsProcess || IsLeftOut(command.Words[i - 1].Value)) continue;
                if (CommandPaths.Absolute(word.IsGlob ? text[..Math.Max(0, text.LastIndexOf('/', text.AsSpan().IndexOfAny('*', '?', '[')))] : text, command.Folder) is { } path && Path.Exists(path) && OfPath(path, workspace, null) is { } source)
                    labels = labels.With(FlowLabels.From(source));
            }
            if (command.Folder is { } folder && OfPath(folder, workspace, null) is { } place) labels = labels.With(FlowLabels.From(place));
        }
        foreach (var read in reading.Reads) if (read.Path is { } path && OfPath(path, workspace, null) is { } source) labels = labels.With(FlowLabels.From(source));
        if (!isConfined) foreach (var host in reading.Hosts) labels = labels.With(FlowLabels.From(UntrustedSource.Of("host", host)));
        return labels;
    }

    // "--exclude-dir node_modules", "-not -path ./vendor": named to be left out.
    private static bool IsLeftOut(string? option)
    {
        if (option is null || !option.StartsWith('-')) return false;
        foreach (var word in (string[])["exclude", "ignore", "skip", "path", "name", "glob", "prune", "not"]) if (option.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        return option is "-I" or "-g" or "-x" or "-E";
    }

    private static UntrustedSource? OfPath(string path, Workspace workspace, string? outputs)
    {
        var real = RealPath.Of(path, workspace);
        if (Dependency(real, workspace) is { } dependency) return UntrustedSource.Of("dependency", dependency);
        if (workspace.Contains(real)) return null;
        // Those of an agent are in a folder within, and may be of words that this one has not read.
        if (outputs is not null && Path.GetDirectoryName(real) == RealPath.Of(outputs)) return null;
        // A process of somebody else tells what that one wants.
        if (real.StartsWith("/proc/", StringComparison.Ordinal) && real.Length > 6 && char.IsAsciiDigit(real[6])) return UntrustedSource.Of("file", real);
        // Where temporary files are; what is in it may be anybody's.
        if (real == Path.TrimEndingDirectorySeparator(Path.GetTempPath())) return null;
        return IsOfTheSystem(real) ? null : UntrustedSource.Of("file", real);
    }

    internal static bool IsOfTheSystem(string path)
    {
        foreach (var place in System) if (path.StartsWith(place, StringComparison.Ordinal) || (path.Length == place.Length - 1 && place.StartsWith(path, StringComparison.Ordinal))) return true;
        return false;
    }

    /// <summary>The folder of dependencies that a path is in or names.</summary>
    private static string? Dependency(string absolute, Workspace workspace)
    {
        var shown = workspace.Show(absolute);
        var at = 0;
        while (at < shown.Length)
        {
            var end = shown.IndexOf('/', at);
            if (end < 0) end = shown.Length;
            // The next folder is the package.
            if (IsDependency(shown.AsSpan(at, end - at)))
            {
                var package = end < shown.Length ? shown.IndexOf('/', end + 1) : -1;
                return package < 0 ? shown : shown[..package];
            }
            at = end + 1;
        }
        return null;
    }

    internal static bool IsDependency(ReadOnlySpan<char> folder)
    {
        foreach (var name in Dependencies) if (folder.SequenceEqual(name)) return true;
        return false;
    }

    // Lines of a search begin with the file that they stand in.
    private static string? Named(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var rest = line;
            for (var end = rest.IndexOfAny('/', ':', ' '); end > 0 && rest[end] == '/'; end = rest.IndexOfAny('/', ':', ' '))
            {
                if (IsDependency(rest[..end])) return line[..(line.Length - rest.Length + end)].ToString();
                rest = rest[(end + 1)..];
            }
        }
        return null;
    }
}
