namespace Sallyport.Settings;

/// <summary>The pages of <c>sally config|trust|doctor|models|completions --help</c>.</summary>
internal static class SettingsHelp
{
    public const string Trust = """
        sally trust    let this folder's settings count in full

        A project's .sallyport/settings.json comes with the project. What it says of rules that
        forbid counts at once; what could run code or widen permissions (allow, env, baseUrl,
        providers, …) counts only after you have looked at it and said so here. Trust holds for
        the files as they are now: any change asks again. The same goes for its agents, in
        .sallyport/agents/, which are trusted by themselves.

        Options
          --show      whether it is trusted, and what that is about
          --revoke    take it back

        Example
          sally trust --show && sally trust
        """;

    public const string Doctor = """
        sally doctor    is everything here that a run needs?

        Looks at the runtime, git, the shell, the sandbox's tools, credentials (by the names of
        their variables, never their values), model servers on this machine, the state folder,
        the disk, the settings and the terminal. Nothing is sent anywhere but to this machine.

        Options
          --json    one object for programs

        Exit codes
          0 ready    1 something is missing that a run needs
        """;

    public const string Models = """
        sally models [PROVIDER]    which models there are, what fits, what they cost

        Data, not code: ~/.config/sallyport/models.json goes over what is built in, entry by
        entry. Any other name that a provider knows works too, without a price.

        Options
          --json    one object for programs

        Examples
          sally models anthropic
          sally config set model deep
          sally config set tiers.review claude-opus-5
        """;

    public const string Completions = """
        sally completions bash|zsh|fish    completions for your shell, on standard output

        Install
          bash    echo 'source <(sally completions bash)' >> ~/.bashrc
          zsh     echo 'source <(sally completions zsh)' >> ~/.zshrc
          fish    sally completions fish > ~/.config/fish/completions/sally.fish
        """;

    public static string Config(string[] path) => path switch
    {
        ["show"] => """
            sally config show    what holds in this folder

            Options
              --origins    every setting, with the file and line that it comes from
              --json       one object for programs, origins included
            """,
        ["get"] => """
            sally config get KEY    one value; exit code 1 when nobody has set it

            Examples
              sally config get model
              sally config get tiers.review
            """,
        ["set"] => """
            sally config set KEY VALUE    change one value; comments in the file stay

            Lists (allow, ask, deny, …) take VALUE as one more entry.

            Where
              --user       ~/.config/sallyport/settings.json (default)
              --project    .sallyport/settings.json
              --local      .sallyport/settings.local.json, yours alone: not for git

            Examples
              sally config set model deep
              sally config set deny "read .env" --project
              sally config set providers.local.kind openai-chat
              sally config set providers.local.baseUrl http://127.0.0.1:8080/v1
            """,
        ["path"] => """
            sally config path    the settings files that count here, the strongest first
            """,
        ["keys"] => """
            sally config keys    every setting there is

            Options
              --format text|json-schema|markdown    (default: text)
            """,
        _ => """
            sally config: settings

              show [--origins]     what holds in this folder, and why
              get KEY              one value
              set KEY VALUE        change one; comments stay
              path                 the files that count here
              keys                 every setting there is

            The nearest layer wins: command line, personal project, project, user, managed.
            Rules that forbid add up over all of them.

            Examples
              sally config show --origins
              sally config set permissionMode edits
              sally config set deny "bash git push *" --project
            """,
    };
}
