using System.CommandLine;

namespace Sallyport.Consent;

/// <summary><c>sally consent</c>: what may run here without a question, and why.</summary>
internal sealed class ConsentCommand : ProgramCommand
{
    public override string Name => "consent";

    public override string Summary => "what may run here without a question, and why";

    public override bool NeedsMore => true;

    public override string Help(string[] path) => path switch
    {
        ["explain"] => """
            sally consent explain 'bash git push'    would this call pass here, and why?

            The call is a tool and what it is given: a shell line, a path or an address. Of a shell
            line every command is judged, in substitutions and behind wrappers too. Nothing runs.
            "-" reads calls from standard input, one a line. What a tool is given may be its JSON.

            The answer is a run's in this folder: with your settings, and the sandbox of this machine.

            Options
              --permission-mode MODE    as if the run had it
              --sandbox on|off|FORM     as if the run had it
              --add-dir FOLDER          as if the run had it
              --allow RULE, --deny RULE, --ask RULE    as if these rules were there too
              --after-untrusted         as if the session had read words of others, of the web for one
              --json                    one object for programs

            Exit codes
              0 it passes    1 it is refused    2 usage    3 a person would be asked
              (of several calls: 1 before 3 before 0)

            Examples
              sally consent explain 'bash git push'
              sally consent explain bash 'timeout 60 npm test && rm -rf dist'
              sally consent explain edit src/app.ts --permission-mode edits
              sally consent explain - --json < calls.txt
              sally consent explain 'bash git push' --permission-mode auto --after-untrusted
            """,
        ["list"] => """
            sally consent list    the mode and the rules that hold here, with where they come from

            Options
              --json    one object for programs
            """,
        _ => """
            sally consent: what may run here without a question, and why

              explain CALL    would this call pass, and why?
              list            the mode and the rules that hold here

            A rule is a tool and, if wanted, a pattern: "bash git status *", "edit src/**",
            "web_fetch docs.example". deny wins over ask, ask over allow, allow over the mode.

            Examples
              sally consent explain 'bash git push'
              sally config set allow "bash npm test *"
            """,
    };

    public override Command Create() => new(Name, Summary) { ExplainCommand.Create(), ListCommand.Create() };
}
