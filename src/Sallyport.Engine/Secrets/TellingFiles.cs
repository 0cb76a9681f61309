using System.IO.Enumeration;
using Sallyport.Engine.Consent.Shell;

namespace Sallyport.Engine.Secrets;

/// <summary>The files to look at before a command may print parts of them. Rather one too many: looking changes nothing.</summary>
internal static class TellingFiles
{
    private const int MostEntries = 20_000;
    private const int MostFiles = 200;
    private const int MostNamed = 64;

    private static readonly string[] Names =
    [
        ".env*", "*.env", "*.pem", "*.key", "*.asc", "*.ppk", "id_*", "*.tfvars", "*.tfstate", "*.kubeconfig", "kubeconfig", ".npmrc", ".pypirc", ".netrc", "_netrc", ".htpasswd", ".pgpass", ".git-credentials",
        ".dockercfg", ".yarnrc*", "nuget.config", "appsettings*.json", "local.settings.json", "*credential*", "*secret*", "*password*", "*passwd*", "*token*", "*apikey*", "*api_key*", "*api-key*", "keys.*", "*.keys", "*service*account*", "master.key", "*.jwk", "*.ovpn",
    ];

    // What others wrote and what builds left: many files, and none of them the user's own secret.
    private static readonly string[] Passed = [".git", "node_modules", "bin", "obj", "target", "vendor", ".venv", "venv", "__pycache__", "dist", ".gradle", ".cache"];

    /// <summary>Files of the workspace whose names speak of secrets, ignored by git or not; not every one where there are very many.</summary>
    public static List<string> In(Workspace workspace)
    {
        var (files, seen) = (new List<string>(), 0);
        foreach (var root in workspace.Roots)
        {
            var entries = new FileSystemEnumerable<string>(root, static (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => Interlocked.Increment(ref seen) > 0 && !entry.IsDirectory && Tells(entry.FileName),
                ShouldRecursePredicate = (ref FileSystemEntry entry) => seen < MostEntries && !IsPassed(entry.FileName) && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
            };
            foreach (var path in entries)
            {
                files.Add(path);
                if (files.Count >= MostFiles || seen >= MostEntries) return files;
            }
        }
        return files;
    }

    /// <summary>Plain files that the words of a shell line name.</summary>
    public static List<string> NamedBy(string line, Workspace workspace)
    {
        var (files, reading) = (new List<string>(), ShellReading.Of(line, workspace));
        foreach (var read in reading.Reads) if (read.Path is { } path) Add(path);
        foreach (var command in reading.Commands) foreach (var path in CommandPaths.Named(command)) Add(path);
        return files;

        void Add(string path)
        {
            if (files.Count < MostNamed && !files.Contains(path) && File.Exists(path)) files.Add(path);
        }
    }

    private static bool Tells(ReadOnlySpan<char> name)
    {
        foreach (var pattern in Names) if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true)) return true;
        return false;
    }

    private static bool IsPassed(ReadOnlySpan<char> name)
    {
        foreach (var passed in Passed) if (name.SequenceEqual(passed)) return true;
        return false;
    }
}
