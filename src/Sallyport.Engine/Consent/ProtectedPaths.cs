namespace Sallyport.Engine.Consent;

/// <summary>Files that decide what runs later or what is allowed: writing them is asked, also where other edits pass.</summary>
internal static class ProtectedPaths
{
    private static readonly string[] Names = [HiddenPaths.FileName, Guard.PolicyFile.Name, ".envrc", ".bashrc", ".bash_profile", ".profile", ".zshrc", ".zshenv", ".zprofile", ".gitconfig", ".gitmodules", ".mcp.json"];

    public static bool Has(string absolute)
    {
        foreach (var part in absolute.Split(Path.DirectorySeparatorChar)) if (part is ".git" or ".sallyport" or ".husky" or ".ssh") return true;
        return Array.IndexOf(Names, Path.GetFileName(absolute)) >= 0 || absolute.StartsWith("/etc/", StringComparison.Ordinal);
    }
}
