namespace Sallyport.Sessions;

/// <summary>The pages of <c>sally sessions --help</c>.</summary>
internal static class SessionsHelp
{
    public static string Page(string[] path) => path switch
    {
        ["list"] => """
            sally sessions list    sessions of this folder, the last first

            Options
              --all, -a    of every folder
              --limit N    at most so many (default: 20)
              --json       one object for programs

            Go on with one
              sally --resume ID -p "and now the tests"
            """,
        ["show"] => """
            sally sessions show ID    one session, to be read

            Prompts, answers, and each call with the beginning of its result. ID is an id, its
            beginning or its end.

            Options
              --json    one object for programs: every line of the transcript

            Examples
              sally sessions show 0a0b0c0d | less -R
              sally sessions show 20260401-1312 --json
            """,
        ["search"] => """
            sally sessions search WORDS    where something was said or done

            Looks through prompts, answers, calls and both ends of their results. All words
            must be in one message. "Quotes" for a phrase, word* for what begins so; after --,
            -word for what must not be there.

            Options
              --all, -a    in every folder's sessions
              --limit N    at most so many places (default: 20)
              --json       one object for programs

            Exit codes
              0 found    1 not found    2 wrong usage

            Examples
              sally sessions search flaky test
              sally sessions search '"race condition" lock*' --all
              sally sessions search -- timeout -docker
            """,
        ["export"] => """
            sally sessions export ID    one session as a file

            Options
              --format NAME    markdown (default), json: one object, jsonl: the transcript's lines
              --output FILE    write there

            What you export holds what was said and read, file contents too. Look before you
            pass it on; "sally gate check FILE" looks for what must not leave.

            Examples
              sally sessions export 0a0b0c0d --output session.md
              sally sessions export 0a0b0c0d --format jsonl | wc -l
            """,
        ["delete"] => """
            sally sessions delete ID...                take sessions off the disk
            sally sessions delete --older-than DAYS

            With their large outputs and checkpoints: after that nothing can be rewound. One that
            is in use stays. Asks on a terminal.

            Options
              --older-than DAYS    those of this folder that nobody went on with for so long
              --all, -a            of every folder
              --yes, -y            do not ask

            Exit codes
              0 deleted    1 some stayed    2 wrong usage

            To have this done by itself: sally config set retentionDays 90
            """,
        _ => """
            sally sessions: what was said and done

              list                 sessions of this folder, the last first
              show ID              one session, to be read
              search WORDS         where something was said or done
              export ID            as Markdown or JSON
              delete ID...         take sessions off the disk

            Every command has its own --help. An ID may be shortened to its beginning or end.

            Examples
              sally sessions list --all
              sally sessions search "off by one"
              sally --continue -p "now add a test"    go on with the last one of this folder
              sally rewind --list                     take back what came of a prompt
            """,
    };
}
