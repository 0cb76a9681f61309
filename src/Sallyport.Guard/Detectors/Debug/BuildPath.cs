using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Debug;

/// <summary>
/// Paths of people's machines in any text or binary: a compiler, bundler or stack trace left them. Reported once for
/// each home folder in a file; build services' own paths count for less.
/// </summary>
internal sealed class BuildPath : LiteralDetector
{
    private const int MaxShown = 96;

    private static readonly Rule Personal = new("debug.build-path", Severity.Medium, Blocking.Never, "A path of somebody's machine",
        "Build in a neutral folder or map paths away: PathMap, -ffile-prefix-map, --remap-path-prefix, -trimpath, sourceRoot.", "/home/NAME/work/app/src/main.ts in a bundle");

    private static readonly Rule Service = new("debug.ci-path", Severity.Low, Blocking.Never, "A path of a private build service",
        "Map build paths away, as for a person's machine; these name your jobs and groups.", "/var/jenkins_home/workspace/JOB/src");

    private static readonly Trigger[] Words =
    [
        "/home/", "/Users/", "\\Users\\", "\\users\\", "/users/", "\\Documents and Settings\\", "/var/jenkins_home/", "/builds/", "/root/", "/jenkins/workspace/",
    ];

    private const int FirstOfServices = 6;

    public override IReadOnlyList<Rule> Rules => [Personal, Service];

    public override IReadOnlyList<Trigger> Triggers => Words;

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        var start = hit.Start;
        if (hit.Trigger >= FirstOfServices)
        {
            ServicePath(hit, start);
            return;
        }
        // In a string literal of many languages the separators stand twice.
        var prefixLength = hit.End - start;
        if (text[start] == '\\' && hit.End < text.Length && text[hit.End] == '\\') prefixLength++;
        var first = text[start] == '\\' && start > 0 && text[start - 1] == '\\' ? start - 1 : start;
        if (!BeginsPath(text, ref first, out var hasDrive)) return;
        if (hit.Trigger == 4 && !hasDrive) return;
        var length = PersonalPath.Match(text, start, prefixLength);
        if (length == 0) return;
        var root = text[first..(start + length)];
        if (hit.IsKnown(Personal, first, root)) return;
        hit.Report(Personal, first, root.Length, $"a path of somebody's machine: {Shown(text, first)}");
    }

    // The path must begin here: at a drive, or after something that no relative path or URL ends with.
    private static bool BeginsPath(ReadOnlySpan<byte> text, ref int first, out bool hasDrive)
    {
        hasDrive = false;
        if (first >= 2 && text[first - 1] == ':' && char.IsAsciiLetter((char)text[first - 2]) && (first == 2 || !char.IsAsciiLetterOrDigit((char)text[first - 3])))
        {
            first -= 2;
            hasDrive = true;
            return true;
        }
        if (text[first] == '\\') return false;
        if (first == 0) return true;
        var before = text[first - 1];
        if (before == '/' && first >= 3 && text[(first - 3)..first].SequenceEqual("://"u8)) return true; // file:///home, webpack:///home
        if (before == '/' && first >= 2 && text[first - 2] == '/') return true;
        return !char.IsAsciiLetterOrDigit((char)before) && before is not ((byte)'.' or (byte)'_' or (byte)'-' or (byte)'/' or (byte)'}' or (byte)')' or (byte)'>' or (byte)'~' or (byte)'*' or (byte)'%' or (byte)'$' or >= 0x80)
            || before == 'n' && first >= 2 && text[first - 2] == '\\';
    }

    // /root/work/app/x.c, /builds/group/project/x.c: deep, and with a file name that has an extension.
    private static void ServicePath(in TextHit hit, int start)
    {
        var text = hit.Text;
        var first = start;
        if (!BeginsPath(text, ref first, out var hasDrive) || hasDrive) return;
        var end = EndOf(text, start);
        var path = text[start..end];
        if (path.Count((byte)'/') < 4 || path.IndexOfAny("*$<{"u8) >= 0) return;
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        if (name.LastIndexOf((byte)'.') is not (> 0 and var dot) || name.Length - dot is < 2 or > 6 || !char.IsAsciiLetter((char)name[dot + 1])) return;
        var root = path[..NthSlash(path, hit.Trigger == 7 ? 4 : 3)];
        if (hit.IsKnown(Service, start, root)) return;
        hit.Report(Service, start, root.Length, $"a path of a build service: {Shown(text, start)}");
    }

    private static int NthSlash(ReadOnlySpan<byte> path, int n)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '/' && n-- == 0) return i;
        }
        return path.Length;
    }

    private static int EndOf(ReadOnlySpan<byte> text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < 512 && (char.IsAsciiLetterOrDigit((char)text[end]) || text[end] is (byte)'/' or (byte)'\\' or (byte)'.' or (byte)'_' or (byte)'-' or (byte)'@' or (byte)'+' or (byte)'*' or (byte)'$' or (byte)'{' or (byte)'<' or (byte)':' or >= 0x80)) end++;
        return end;
    }

    private static string Shown(ReadOnlySpan<byte> text, int start)
    {
        var end = EndOf(text, start);
        return end - start <= MaxShown ? System.Text.Encoding.UTF8.GetString(text[start..end]) : System.Text.Encoding.UTF8.GetString(text.Slice(start, MaxShown)) + "…";
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            // Put together here, so that this file itself holds no such path.
            var (home, users, windows) = ("/home" + "/", "/Users" + "/", "C:\\Users" + "\\");
            yield return Sample.Hit(Personal.Id, "a.js", $"throw new Error('{home}mkowalska/work/app/src/main.ts:3')");
            yield return Sample.Hit(Personal.Id, "a.js", $"//# path {users}tberg/dev/app/lib/x.js");
            yield return Sample.Hit(Personal.Id, "a.bin", $"\0{windows}TBerg\\source\\repos\\App\\x.cs\0");
            yield return Sample.Hit(Personal.Id, "a.json", $"{{\"f\":\"{windows.Replace("\\", "\\\\")}TBerg\\\\source\\\\x.cs\"}}");
            yield return Sample.Hit(Personal.Id, "a.json", $"{{\"f\":\"file://{home}mkowalska/app/x.ts\"}}");
            yield return Sample.Hit(Service.Id, "a.txt", "at /var/jenkins_home/workspace" + "/billing-core/src/x.js:3");
            yield return Sample.Hit(Service.Id, "a.txt", "/builds" + "/payments/ledger/src/x.go\n");
            yield return Sample.Miss("b.md", "cd /home/user/app/x.ts and /Users/you/app/x.ts and C:\\Users\\Username\\app\\x.ts\n");
            yield return Sample.Miss("b.md", "https://example.com/home/products/shoes/list.html, /home/runner/work/a/a/x.js, ${base}/home/mkowalska/x\n");
            yield return Sample.Miss("b.md", "/home/your-name/x/y.c /Users/<name>/x /home/$USER/x.c /api/v1/users/tberg/posts/a.b\n");
        }
    }
}
