using System.Text;

namespace Sallyport.Engine.Sandboxing.Windows;

/// <summary>
/// One line of a program and its arguments, as the C runtime of Windows takes it apart again: backslashes before a quote count
/// double, other ones do not. The system's own shell reads differently and gets its line as it is.
/// </summary>
internal static class WindowsCommandLine
{
    // The whole line, with its closing zero.
    public const int Longest = 32_767;

    public static string Of(string program, IReadOnlyList<string> arguments)
    {
        // The program's name knows no escapes, and no quote can be part of one.
        var line = new StringBuilder().Append('"').Append(program).Append('"');
        var isShell = arguments is ["/d", "/s", "/c", _];
        foreach (var argument in arguments)
        {
            line.Append(' ');
            if (isShell) line.Append(argument);
            else Quote(line, argument);
        }
        return line.Length < Longest ? line.ToString() : throw new IOException($"the command line has {line.Length} characters, and Windows takes {Longest - 1}");
    }

    private static void Quote(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(" \t\n\v\"") < 0)
        {
            line.Append(argument);
            return;
        }
        line.Append('"');
        var slashes = 0;
        foreach (var c in argument)
        {
            if (c == '\\')
            {
                slashes++;
                continue;
            }
            line.Append('\\', c == '"' ? (slashes * 2) + 1 : slashes).Append(c);
            slashes = 0;
        }
        line.Append('\\', slashes * 2).Append('"');
    }
}
