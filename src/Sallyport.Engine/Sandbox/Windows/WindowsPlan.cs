namespace Sallyport.Engine.Sandboxing.Windows;

/// <summary>What a container gets at a place.</summary>
internal enum WindowsGrant
{
    /// <summary>To read and write, with all below.</summary>
    Write,

    /// <summary>To read and run, with all below.</summary>
    Read,

    /// <summary>Read only, though the folder around it is written.</summary>
    Fixed,

    /// <summary>Nothing, though the folder around it is open.</summary>
    Sealed,
}

/// <summary>
/// A policy as entries in access lists. A container reads nothing of a person's that does not name it, so private places outside
/// of what is opened need none.
/// </summary>
internal static class WindowsPlan
{
    /// <param name="rules">Of the policy, folders before what is in them.</param>
    /// <param name="home">The person's folder.</param>
    /// <param name="programs">The folders of the PATH: those in the home are not open by themselves, as the system's are.</param>
    public static List<(string Path, WindowsGrant Grant)> Of(IReadOnlyList<PathRule> rules, string home, IEnumerable<string> programs)
    {
        var plan = new List<(string Path, WindowsGrant Grant)>();
        foreach (var program in programs)
        {
            var folder = program.Trim().Trim('"').TrimEnd('\\', '/');
            if (!IsIn(folder, home) || folder.Length <= home.Length || plan.Exists(one => IsSame(one.Path, folder))) continue;
            if (!Covered(rules, folder, static access => access is PathAccess.Hidden or PathAccess.Write)) plan.Add((folder, WindowsGrant.Read));
        }
        foreach (var (path, access) in rules)
        {
            var isOpen = plan.Exists(one => one.Grant is WindowsGrant.Write or WindowsGrant.Read && IsIn(path, one.Path));
            var isWritten = plan.Exists(one => one.Grant == WindowsGrant.Write && IsIn(path, one.Path));
            if (access == PathAccess.Write) plan.Add((path, WindowsGrant.Write));
            else if (access == PathAccess.Read) plan.Add((path, isWritten ? WindowsGrant.Fixed : WindowsGrant.Read));
            else if (isOpen) plan.Add((path, WindowsGrant.Sealed));
        }
        return plan;
    }

    private static bool Covered(IReadOnlyList<PathRule> rules, string folder, Func<PathAccess, bool> wanted)
    {
        foreach (var rule in rules) if (wanted(rule.Access) && IsIn(folder, rule.Path)) return true;
        return false;
    }

    private static bool IsSame(string one, string other) => IsIn(one, other) && one.Length == other.Length;

    // Either stroke parts folders there, and case says nothing.
    private static bool IsIn(string path, string place)
    {
        if (path.Length < place.Length) return false;
        for (var i = 0; i < place.Length; i++)
            if (char.ToUpperInvariant(path[i]) != char.ToUpperInvariant(place[i]) && !(path[i] is '\\' or '/' && place[i] is '\\' or '/')) return false;
        return path.Length == place.Length || path[place.Length] is '\\' or '/';
    }
}
