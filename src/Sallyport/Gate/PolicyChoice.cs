using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>Which policy holds for the targets of a command.</summary>
internal static class PolicyChoice
{
    public static Policy For(IReadOnlyList<string> targets, string? asked) => PathFor(targets, asked) is { } path ? PolicyFile.Read(path) : Policy.Default;

    /// <summary>
    /// The file that was asked for; else the one that is nearest to the targets, else to the current folder; null when
    /// there is none. Throws when the targets have different ones.
    /// </summary>
    public static string? PathFor(IReadOnlyList<string> targets, string? asked)
    {
        if (asked is not null) return File.Exists(asked) ? asked : throw new GuardException($"{asked}: no such policy file");
        var here = PolicyFile.Find(Directory.GetCurrentDirectory());
        var found = targets.Select(t => FolderOf(t) is { } folder ? PolicyFile.Find(folder) ?? here : here).Distinct().ToList();
        if (found.Count > 1) throw new GuardException($"the targets have different policies ({string.Join(", ", found.Select(f => f ?? "none"))}): check them one by one, or name one with --policy");
        return found.Count == 0 ? here : found[0];
    }

    /// <summary>The file to edit: as above, or a new one in the current folder.</summary>
    public static string ToEdit(string? asked) => asked ?? PolicyFile.Find(Directory.GetCurrentDirectory()) ?? PolicyFile.Name;

    private static string? FolderOf(string target) =>
        Directory.Exists(target) ? Path.GetFullPath(target) : File.Exists(target) ? Path.GetDirectoryName(Path.GetFullPath(target)) : null;
}
