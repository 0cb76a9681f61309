namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>Tells addresses that an outsider could fetch sources from: cloud storage, and archives on any web server.</summary>
internal static class RemoteStorage
{
    private static readonly string[] Schemes = ["s3://", "s3a://", "gs://", "gcs://", "az://", "abfs://", "abfss://", "wasb://", "wasbs://", "r2://", "b2://", "oss://", "cos://"];

    private static readonly string[] Hosts =
    [
        ".amazonaws.com", "storage.googleapis.com", "storage.cloud.google.com", "firebasestorage.googleapis.com", ".blob.core.windows.net", ".dfs.core.windows.net",
        ".r2.dev", ".r2.cloudflarestorage.com", ".digitaloceanspaces.com", ".backblazeb2.com", ".wasabisys.com", ".aliyuncs.com", ".myqcloud.com",
        ".linodeobjects.com", ".vultrobjects.com", ".scw.cloud", ".oraclecloud.com", ".min.io", ".supabase.co",
    ];

    private static readonly string[] Archives = [".zip", ".tar", ".tgz", ".tar.gz", ".tar.zst", ".tar.xz", ".tar.bz2", ".txz", ".tzst", ".7z", ".rar", ".jar", ".nupkg", ".whl"];

    public static bool Is(string address)
    {
        if (address.Length < 8) return false;
        if (Schemes.Any(s => address.StartsWith(s, StringComparison.OrdinalIgnoreCase))) return true;
        if (!IsWeb(address)) return false;
        var rest = address.AsSpan(address.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = rest.IndexOfAny('/', '?', '#');
        var host = (end < 0 ? rest : rest[..end]).ToString();
        host = host[(host.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0) host = host[..colon];
        foreach (var known in Hosts)
        {
            if (host.EndsWith(known, StringComparison.OrdinalIgnoreCase) || known[0] != '.' && host.EndsWith("." + known, StringComparison.OrdinalIgnoreCase)) return true;
        }
        if (end < 0) return false;
        var path = rest[end..];
        var query = path.IndexOfAny('?', '#');
        if (query >= 0) path = path[..query];
        foreach (var archive in Archives)
        {
            if (path.EndsWith(archive, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    public static bool IsWeb(string address) =>
        address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("//", StringComparison.Ordinal);

    /// <summary>The address without credentials, query and fragment: those may hold a signature.</summary>
    public static string Shown(string address)
    {
        var query = address.AsSpan().IndexOfAny('?', '#');
        if (query >= 0) address = address[..query];
        var start = address.IndexOf("//", StringComparison.Ordinal);
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var slash = start < 0 ? -1 : address.IndexOf('/', start + 2);
        if (start >= 0 && at > start && (slash < 0 || at < slash)) address = address[..(start + 2)] + address[(at + 1)..];
        return address.Length > 200 ? address[..200] + "…" : address;
    }
}
