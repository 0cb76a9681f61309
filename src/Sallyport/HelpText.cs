namespace Sallyport;

/// <summary>What <c>--help</c> prints. Written by hand: short, grouped, with examples that work.</summary>
internal static class HelpText
{
    private static readonly string[] Commands = ["check", "recover", "rules", "waive", "term", "baseline"];

    /// <summary>The page that the arguments ask for; null when they ask for none.</summary>
    public static string? Asked(string[] args)
    {
        if (args.Length == 0) return Page([]);
        var path = PathOf(args);
        if (path is ["gate"] or ["gate", "term"] && args.Length == path.Length) return Page(path);
        var end = Array.IndexOf(args, "--");
        var asked = args.AsSpan(0, end < 0 ? args.Length : end).ToArray().Any(a => a is "--help" or "-h" or "-?");
        return asked ? Page(path) : null;
    }

    /// <summary>The command words that the arguments begin with.</summary>
    public static string[] PathOf(string[] args) =>
        args is ["gate", "term", "add", ..] ? ["gate", "term", "add"]
        : args is ["gate", var name, ..] && Commands.Contains(name) ? ["gate", name]
        : args is ["gate", ..] ? ["gate"] : [];

    private static string Page(string[] path) => path switch
    {
        [] => """
            sally: nothing leaves unseen.

            Before a package, an image or a commit leaves, the gate tells what an outsider could
            recover from it, and stops what must not go: source maps, embedded source, secrets in
            any wrapping, internal names, model weights, stray files.

            Try
              sally gate check .                    what would be published from this folder
              sally gate check my-cli-2.1.0.tgz     a package that is already packed
              sally gate check git:staged           what is about to be committed
              sally gate --help                     all commands of the gate

            Options
              --version    print the version
              -h, --help   print this
            """,
        ["gate", "check"] => """
            sally gate check TARGET...    is this fit to leave?

            Targets
              FOLDER                   what its manifest would pack (npm, NuGet, Python)
              FILE                     .tgz .zip .nupkg .whl .vsix .jar .crate .gem .asar .tar,
                                       an OCI or docker image, or any single file
              git:staged, git:RANGE    blobs and commit messages
              npm:NAME@VERSION         a published package, downloaded and verified
              nuget:NAME@VERSION

            Judging
              --profile open|closed    is the source meant to be public? (default: the licence says)
              --policy FILE            instead of the nearest sallyport.json
              --against TARGET         the last release: growth and new kinds of file block
              --as-is                  folders: every file, not what the manifest would pack

            Reporting
              --format NAME            text (default), json, sarif, junit, github, html
              --output FILE            write the report there
              --no-color               as the variable NO_COLOR does

            Exit codes
              0 clean    1 blocked    2 incomplete: some of it could not be read
              3 wrong usage, or the target or policy cannot be read

            Examples
              sally gate check .
              sally gate check dist/*.whl --profile closed
              sally gate check app.tgz --format html --output report.html
              sally gate check app-2.1.0.tgz --against npm:app@2.0.0
            """,
        ["gate", "recover"] => """
            sally gate recover TARGET --to DIR    write what an outsider could rebuild from it

            Sources in source maps and symbols, files that a later image layer deleted: the proof
            behind the findings. DIR must be empty or not exist yet.

            Options
              --to DIR         where to write (required)
              --policy FILE    instead of the nearest sallyport.json (for its limits)
              --as-is          folders: every file, not what the manifest would pack

            Example
              sally gate recover my-cli-2.1.0.tgz --to recovered
            """,
        ["gate", "rules"] => """
            sally gate rules    every rule, with its family, severity and an example

            Options
              --format text|json|markdown    (default: text)
              --output FILE                  write there
            """,
        ["gate", "waive"] => """
            sally gate waive FINGERPRINT --reason TEXT --until DATE --owner NAME

            Accepts one finding until the end of a day, in sallyport.json. After that it blocks
            again, and the report says so. Waiving the same finding once more replaces the entry.

            Options
              --reason TEXT    why it may leave (required)
              --until DATE     last day, as 2027-01-31 (required)
              --owner NAME     who answers for it (required)
              --policy FILE    the file to write (default: the nearest sallyport.json)

            Example
              sally gate waive 3f0c2a9b1d4e5f60 --reason "demo key, revoked" --until 2027-01-31 --owner ann
            """,
        ["gate", "term", ..] => """
            sally gate term add TERM [--plain]    an internal name that must not leave

            Stored as a keyed digest in sallyport.json, so that the list of code names does not
            give them away. TERM "-" reads one line from standard input, which keeps the word out
            of the shell's history.

            Options
              --plain          store it readably
              --policy FILE    the file to write (default: the nearest sallyport.json)

            Example
              echo "project bluebird" | sally gate term add -
            """,
        ["gate", "baseline"] => """
            sally gate baseline TARGET    record what this release looks like

            Later checks compare with it: growth by half, a new large file or a new kind of file
            blocks. Names and sizes only, no contents.

            Options
              --output FILE    where to write (default: .sallyport/baseline.json beside sallyport.json,
                               or what the policy says under drift.baseline)
              --policy FILE    instead of the nearest sallyport.json
              --as-is          folders: every file, not what the manifest would pack
            """,
        _ => """
            sally gate: what may leave

              check TARGET...             is this fit to leave?
              recover TARGET --to DIR     write what an outsider could rebuild from it
              rules                       every rule, with an example
              waive FINGERPRINT ...       accept one finding for a while
              term add TERM               name something internal that must not leave
              baseline TARGET             record this release, to notice what changes in the next

            Every command has its own --help. Exit codes: 0 clean, 1 blocked, 2 incomplete, 3 usage.

            Examples
              sally gate check .
              sally gate check my-cli-2.1.0.tgz --format json
              sally gate recover my-cli-2.1.0.tgz --to recovered
            """,
    };
}
