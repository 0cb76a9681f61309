using System.Text;

namespace Sallyport;

/// <summary>What <c>--help</c> prints. Written by hand: short, grouped, with examples that work.</summary>
internal static class HelpText
{
    /// <summary>Whether the arguments ask for help anywhere before <c>--</c>.</summary>
    public static bool IsAsked(ReadOnlySpan<string> args)
    {
        foreach (var argument in args)
        {
            if (argument == "--") return false;
            if (argument is "--help" or "-h" or "-?") return true;
        }
        return false;
    }

    /// <summary>The first page.</summary>
    public static string Front(IEnumerable<ProgramCommand> commands)
    {
        var text = new StringBuilder("""
            sally: nothing leaves unseen.

            A coding agent whose every request passes a gate, and the gate itself: before a package,
            an image or a commit leaves, it tells what an outsider could recover from it, and stops
            what must not go.

            Agent
              sally -p "why does the build fail?"    one task, answer on standard output
              git diff | sally -p "review this"      standard input is added to the task
              sally -p --help                        all options of the agent

            Gate
              sally gate check .                     what would be published from this folder
              sally gate check my-cli-2.1.0.tgz      a package that is already packed

            Commands

            """);
        foreach (var command in commands) text.Append("  ").Append(command.Name.PadRight(13)).Append(command.Summary).Append('\n');
        return text.Append("""

            Options
              --version    print the version
              -h, --help   print this, or the help of a command
            """).ToString();
    }
}
