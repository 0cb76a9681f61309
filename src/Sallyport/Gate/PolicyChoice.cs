using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>Which policy holds for the targets of a command.</summary>
internal static class PolicyChoice
{
    public static Policy For(IReadOnlyList<string> targets, string? asked) => PathFor(targets, asked) is { } path ? PolicyFile.Read(path) : Policy.Default;

    /// <summary>
    /// The file that was asked for; else the one nearest to each target; null when there is none. Throws when the targets have
    /// different ones. The current folder's stands in for archives, which are built to be put anywhere, and for registries and
    /// git, but never for a folder elsewhere: what one team allows itself must not clear another's package.
    /// </summary>
    public static string? PathFor(IReadOnlyList<string> targets, string? asked)
    {
        if (asked is not null) return File.Exists(asked) ? asked : throw new GuardException($"{asked}: no such policy file");
        var current = Directory.GetCurrentDirectory();
        var here = PolicyFile.Find(current);
        var found = targets.Select(Nearest).Distinct().ToList();
        if (found.Count > 1) throw new GuardException($"the targets have different policies ({string.Join(", ", found.Select(f => f ?? "none"))}): check them one by one, or name one with --policy");
        return found.Count == 0 ? here : found[0];

        string? Nearest(string target)
        {
            if (!Directory.Exists(target)) return File.Exists(target) ? PolicyFile.Find(Path.GetDirectoryName(Path.GetFullPath(target))!) ?? here : here;
            var folder = Path.GetFullPath(target);
            var inside = !Path.GetRelativePath(current, folder).StartsWith("..", StringComparison.Ordinal);
            return PolicyFile.Find(folder) ?? (inside && !Path.Exists(Path.Combine(folder, ".git")) ? here : null);
        }
    }

    /// <summary>The file to edit: as above, or a new one in the current folder.</summary>
    public static string ToEdit(string? asked) => asked ?? PolicyFile.Find(Directory.GetCurrentDirectory()) ?? PolicyFile.Name;
}
