using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Sallyport.Engine.Sandboxing.Windows;

/// <summary>
/// Sets entries in access lists and takes them away again. Each is written down before it is set, so that those of a run that was
/// killed are taken away by the next one; the list of a run that lives is locked.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsGrants : IDisposable
{
    private readonly string sid;
    private readonly FileStream list;
    private readonly List<(string Path, WindowsGrant Grant, string Before)> set = [];

    /// <param name="folder">Where the lists are.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="sid">Of the container.</param>
    public WindowsGrants(string folder, string container, string sid)
    {
        this.sid = sid;
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.EnumerateFiles(folder, "*.acl")) TakeAway(left);
        list = new FileStream(Path.Combine(folder, container + ".acl"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.WriteThrough);
        Write($"{container}\t{sid}");
    }

    public void Set(IEnumerable<(string Path, WindowsGrant Grant)> plan)
    {
        foreach (var (path, grant) in plan)
        {
            if (!Path.Exists(path)) continue;
            var before = Read(path);
            Write($"{grant}\t{before}\t{path}");
            set.Add((path, grant, before));
            Apply(path, grant switch
            {
                WindowsGrant.Write => AclText.Grant(before, sid, AclText.Modify),
                WindowsGrant.Read => AclText.Grant(before, sid, AclText.Read),
                WindowsGrant.Fixed => AclText.Closed(before, sid, AclText.Read),
                _ => AclText.Closed(before, sid, null),
            }, AclText.IsProtected(before) || grant is WindowsGrant.Fixed or WindowsGrant.Sealed);
        }
    }

    public void Dispose()
    {
        for (var i = set.Count - 1; i >= 0; i--) TakeAway(set[i].Path, set[i].Grant, set[i].Before, sid);
        var path = list.Name;
        list.Dispose();
        File.Delete(path);
    }

    private void Write(string line)
    {
        list.Write(Encoding.UTF8.GetBytes(line + "\n"));
        list.Flush(flushToDisk: true);
    }

    private static void TakeAway(string file)
    {
        try
        {
            string[] lines;
            using (var open = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None))) lines = open.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.Length == 0 || lines[0].Split('\t') is not [var container, var sid]) return;
            for (var i = lines.Length - 1; i > 0; i--)
                if (lines[i].Split('\t') is [var kind, var before, var path] && Enum.TryParse<WindowsGrant>(kind, out var grant)) TakeAway(path, grant, before, sid);
            _ = WindowsNative.DeleteAppContainerProfile(container);
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its run lives.
        }
    }

    private static void TakeAway(string path, WindowsGrant grant, string before, string sid)
    {
        try
        {
            if (!Path.Exists(path)) return;
            // What others set meanwhile stays, where it can be told apart.
            var acl = grant is WindowsGrant.Fixed or WindowsGrant.Sealed ? before : Read(path);
            Apply(path, AclText.Without(acl, sid), AclText.IsProtected(acl));
        }
        catch (IOException)
        {
            // An entry for a container that is no more opens nothing to anybody.
        }
    }

    private static string Read(string path)
    {
        var error = WindowsNative.GetNamedSecurityInfoW(path, WindowsNative.FileObject, WindowsNative.Dacl, 0, 0, 0, 0, out var descriptor);
        if (error != 0) throw WindowsNative.Failed($"reading the access list of {path}", error);
        try
        {
            WindowsNative.Check(WindowsNative.ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, WindowsNative.SddlRevision, WindowsNative.Dacl, out var text, 0), $"reading the access list of {path}");
            var acl = Marshal.PtrToStringUni(text)!;
            WindowsNative.LocalFree(text);
            return acl;
        }
        finally
        {
            WindowsNative.LocalFree(descriptor);
        }
    }

    private static void Apply(string path, string acl, bool isProtected)
    {
        WindowsNative.Check(WindowsNative.ConvertStringSecurityDescriptorToSecurityDescriptorW(acl, WindowsNative.SddlRevision, out var descriptor, 0), $"making an access list for {path}");
        try
        {
            WindowsNative.Check(WindowsNative.GetSecurityDescriptorDacl(descriptor, out _, out var dacl, out _), $"making an access list for {path}");
            var error = WindowsNative.SetNamedSecurityInfoW(path, WindowsNative.FileObject, WindowsNative.Dacl | (isProtected ? WindowsNative.ProtectedDacl : WindowsNative.UnprotectedDacl), 0, 0, dacl, 0);
            if (error != 0) throw WindowsNative.Failed($"setting the access list of {path}", error);
        }
        finally
        {
            WindowsNative.LocalFree(descriptor);
        }
    }
}
