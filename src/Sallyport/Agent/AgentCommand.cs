using System.CommandLine;

namespace Sallyport.Agent;

/// <summary><c>sally</c> itself: the agent.</summary>
internal static class AgentCommand
{
    public static RootCommand Create()
    {
        var arguments = new AgentArguments();
        var command = arguments.Create();
        command.SetAction((parsed, cancellation) => Run(arguments.Read(parsed), cancellation));
        return command;
    }

    private static Task<int> Run(AgentOptions options, CancellationToken cancellation)
    {
        if (AgentCaller.Refuses(options.Flags) is { } refused) throw new UsageException(refused);
        if (options.IsHeadless) return HeadlessRun.Run(options, cancellation);
        throw new UsageException("this version has no screens yet: use -p for a task (try: sally --help)");
    }

    public const string Help = """
        sally -p PROMPT             one task; the answer is on standard output
        sally -p -                  the prompt comes from standard input; text that is piped in
                                    beside a PROMPT is added to it

        Model
          --model NAME|TIER         a model, or fast, standard, deep (see: sally models)
          --provider NAME           anthropic, openai, openai-chat, gemini, recorded
          --base-url URL            any compatible server; for recorded, the file
          --effort low|medium|high  how hard to think
          --record FILE             write a recording that --provider recorded plays back

        Rights
          --permission-mode MODE    ask (default), edits, plan, auto, open
          --allow RULE, --deny RULE as "bash git status *", "edit src/**", "web_fetch docs.example"
          --cwd DIR, --add-dir DIR  where to work, and where else
          --mcp-config FILE         MCP servers whose tools may be called, as {"mcpServers":{…}}

        Limits
          --max-turns N  --max-cost USD  --max-tokens N

        Sessions
          --continue                go on with the last session of this folder
          --resume ID, --fork ID    go on with any session, or with a copy of it

        Input and output
          --output-format text|json|stream-json
          --input-format text|stream-json
          --agent NAME              be an agent of this kind (see: sally agents)
          --json-schema FILE        the answer is JSON that satisfies it
          --system-prompt-file FILE, --append-system-prompt TEXT

        Exit codes
          0 done    1 failed    2 wrong usage or configuration    3 stopped by the gate
          4 a limit was reached    130 interrupted

        Examples
          sally -p "why does the build fail?" --permission-mode auto
          git diff | sally -p "review this" --model fast
          sally -p "list the public types" --json-schema types.json --output-format json
        """;
}
