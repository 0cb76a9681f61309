using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sandboxing;

/// <summary>Starts programs under a profile of <c>sandbox-exec</c> on macOS. Written from its documentation; not tested on a Mac.</summary>
internal sealed class SeatbeltLauncher(SandboxPolicy policy) : ILauncher
{
    public const string Program = "/usr/bin/sandbox-exec";

    /// <summary>The arguments with which it is tried whether profiles work here.</summary>
    public static IReadOnlyList<string> Trial { get; } = ["-p", "(version 1)(allow default)(deny network*)", "/usr/bin/true"];

    public Launch Prepare(Launch launch)
    {
        var variables = new Dictionary<string, string>(launch.Environment, StringComparer.Ordinal) { ["TMPDIR"] = policy.Temp };
        return launch with { Program = Program, Arguments = ["-p", Profile(policy), launch.Program, .. launch.Arguments], Environment = variables };
    }

    /// <summary>The last rule that matches holds, so folders come before what is in them.</summary>
    internal static string Profile(SandboxPolicy policy)
    {
        var text = new StringBuilder("(version 1)\n(allow default)\n(deny network*)\n(deny file-write*)\n(deny mach-lookup (global-name \"com.apple.SecurityServer\"))\n")
            .Append("(allow file-write* (literal \"/dev/null\") (literal \"/dev/zero\") (literal \"/dev/tty\") (regex #\"^/dev/ttys\") (regex #\"^/dev/fd/\"))\n");
        foreach (var (path, access) in policy.Rules())
        {
            var place = Place(path);
            text.Append(access switch
            {
                PathAccess.Write => $"(allow file-read* file-write* {place})\n",
                PathAccess.Read => $"(allow file-read* {place})\n(deny file-write* {place})\n",
                _ => $"(deny file-read* file-write* {place})\n",
            });
        }
        foreach (var path in policy.Held()) text.Append($"(deny file-write* {Place(path)})\n");
        foreach (var path in policy.Closed().Places) text.Append($"(deny file-read* file-write* {Place(path)})\n");
        return text.ToString();
    }

    private static string Place(string path) => $"(subpath \"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\")";
}
