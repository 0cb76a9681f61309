namespace Sallyport.Gate;

/// <summary>The shell script that git runs: first the hook that was there before, then sally. Without sally it stops, and says how to go on.</summary>
internal static class HookScript
{
    /// <summary>What was there before stands beside, under this ending.</summary>
    public const string Kept = ".before-sally";

    public static readonly string[] Names = ["pre-commit", "commit-msg", "pre-push"];

    private const string Marker = "# sally gate hook";

    public static bool IsOurs(string text) => text.Contains($"\n{Marker} ", StringComparison.Ordinal);

    public static string Text(string name, string? program)
    {
        var push = name == "pre-push";
        // Some managers of hooks go by the name that they are called under, so a plain sh script is read in under its own.
        var call = "case $(head -n 1 \"$before\") in\n"
            + "    '#!/bin/sh' | '#!/usr/bin/env sh') " + Fed("sh -c '. \"$0" + Kept + "\"' \"$0\" \"$@\"") + " ;;\n"
            + "    *) " + Fed("\"$before\" \"$@\"") + " ;;\n"
            + "  esac || exit $?\n";
        return "#!/bin/sh\n"
            + $"{Marker} {name}: installed, updated and removed by \"sally gate install-hooks\"\n"
            + (push ? "refs=$(cat)\nrefs() { [ -z \"$refs\" ] || printf '%s\\n' \"$refs\"; }\n" : "")
            + $"before=$0{Kept}\n"
            + "if [ -x \"$before\" ]; then\n  " + call + "fi\n"
            + $"sally={Quoted(program ?? "")}\n"
            + "[ -x \"$sally\" ] || sally=$(command -v sally) || {\n"
            + $"  echo 'sally: not found, so the {(push ? "push" : "commit")} is stopped unchecked. Install sally again, or pass once with:' >&2\n"
            + $"  echo '  git {(push ? "push" : "commit")} --no-verify    (for good: remove this hook, '\"$0\"')' >&2\n"
            + "  exit 1\n}\n"
            + (push ? Fed($"\"$sally\" gate hook {name} -- \"$@\"") : $"exec \"$sally\" gate hook {name} -- \"$@\"") + "\n";

        string Fed(string command) => push ? $"refs | {command}" : command;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
