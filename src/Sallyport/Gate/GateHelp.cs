namespace Sallyport.Gate;

/// <summary>The pages of <c>sally gate --help</c>.</summary>
internal static class GateHelp
{
    public static string Page(string[] path) => path switch
    {
        ["check"] => """
            sally gate check TARGET...    is this fit to leave?

            Targets
              FOLDER                   what its manifest would pack (npm, NuGet, Python)
              FILE                     .tgz .zip .nupkg .whl .vsix .jar .crate .gem .asar .tar,
                                       an OCI or docker image, or any single file
              git:staged, git:RANGE    blobs and commit messages; "git:main --not --remotes":
                                       what no remote has yet
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
        ["recover"] => """
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
        ["rules"] => """
            sally gate rules    every rule, with its family, severity and an example

            Options
              --format text|json|markdown    (default: text)
              --output FILE                  write there
            """,
        ["waive"] => """
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
        ["term", ..] => """
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
        ["baseline"] => """
            sally gate baseline TARGET    record what this release looks like

            Later checks compare with it: growth by half, a new large file or a new kind of file
            blocks. Names and sizes only, no contents.

            Options
              --output FILE    where to write (default: .sallyport/baseline.json beside sallyport.json,
                               or what the policy says under drift.baseline)
              --policy FILE    instead of the nearest sallyport.json
              --as-is          folders: every file, not what the manifest would pack
            """,
        ["install-hooks"] => """
            sally gate install-hooks    check what is committed and pushed from this repository

            pre-commit    what is staged
            commit-msg    the message, as git will keep it
            pre-push      every commit that leaves: files, messages, addresses, names of branches

            A finding that blocks stops the commit or push and says how to mend it. The repository's
            sallyport.json holds. Hooks that are there already are kept beside as NAME.before-sally
            and run first. Running it again updates. Git's own --no-verify passes once, unchecked.

            Options
              --uninstall    take them out again and put back what was there before
              --force        install even where other repositories share the folder, or where an
                             earlier hook is kept already (that one stays, under another name)

            Exit codes
              0 done    3 not a git repository, or the folder is shared or cannot be written
            """,
        ["hook"] => """
            sally gate hook NAME -- ARGUMENTS...    what the hooks of install-hooks call

            NAME is pre-commit, commit-msg (with the message's file) or pre-push (with remote and
            address; refs on standard input). 0 passes; everything else stops git.
            """,
        _ => """
            sally gate: what may leave

              check TARGET...             is this fit to leave?
              recover TARGET --to DIR     write what an outsider could rebuild from it
              rules                       every rule, with an example
              waive FINGERPRINT ...       accept one finding for a while
              term add TERM               name something internal that must not leave
              baseline TARGET             record this release, to notice what changes in the next
              install-hooks               check what is committed and pushed from here

            Every command has its own --help. Exit codes: 0 clean, 1 blocked, 2 incomplete, 3 usage.

            Examples
              sally gate check .
              sally gate check my-cli-2.1.0.tgz --format json
              sally gate recover my-cli-2.1.0.tgz --to recovered
            """,
    };
}
