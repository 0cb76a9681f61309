using System.CommandLine;
using System.CommandLine.Parsing;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Settings;

namespace Sallyport.Agent;

/// <summary>What was asked on the command line.</summary>
internal sealed record AgentOptions
{
    public string? Prompt { get; init; }

    /// <summary>Standard input is the prompt, or all of it is added to it.</summary>
    public bool ReadsInput { get; init; }

    public bool IsHeadless { get; init; }

    public string OutputFormat { get; init; } = "text";

    public string InputFormat { get; init; } = "text";

    /// <summary>What the command line says of settings, by their keys; see <see cref="RunSettings"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Flags { get; init; } = [];

    public bool Continue { get; init; }

    public string? Resume { get; init; }

    public string? Fork { get; init; }

    public string? JsonSchema { get; init; }

    public string? Cwd { get; init; }

    public string? SystemPromptFile { get; init; }

    public string? AppendSystemPrompt { get; init; }

    public string? Record { get; init; }

    /// <summary>The kind of agent that the session is.</summary>
    public string? Agent { get; init; }
}

/// <summary>The options of <c>sally</c> itself.</summary>
internal sealed class AgentArguments
{
    private readonly Argument<string[]> prompt = new("PROMPT") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> print = new("--print", "-p");
    private readonly Option<string> outputFormat = new("--output-format") { DefaultValueFactory = _ => "text" };
    private readonly Option<string> inputFormat = new("--input-format") { DefaultValueFactory = _ => "text" };
    private readonly Option<string?> model = new("--model", "-m");
    private readonly Option<string?> provider = new("--provider");
    private readonly Option<string?> baseUrl = new("--base-url");
    private readonly Option<string?> effort = new("--effort");
    private readonly Option<string?> mode = new("--permission-mode");
    private readonly Option<string[]> allow = new("--allow");
    private readonly Option<string[]> deny = new("--deny");
    private readonly Option<string?> sandbox = new("--sandbox");
    private readonly Option<string?> maxTurns = new("--max-turns");
    private readonly Option<string?> maxCost = new("--max-cost");
    private readonly Option<string?> maxTokens = new("--max-tokens");
    private readonly Option<bool> goOn = new("--continue", "-c");
    private readonly Option<string?> resume = new("--resume", "-r");
    private readonly Option<string?> fork = new("--fork");
    private readonly Option<string?> jsonSchema = new("--json-schema");
    private readonly Option<string?> cwd = new("--cwd", "-C");
    private readonly Option<string[]> addDir = new("--add-dir");
    private readonly Option<string?> systemPromptFile = new("--system-prompt-file");
    private readonly Option<string?> appendSystemPrompt = new("--append-system-prompt");
    private readonly Option<string?> record = new("--record");

    private readonly Option<string?> agent = new("--agent");

    private readonly Option<string?> mcpConfig = new("--mcp-config");

    public RootCommand Create()
    {
        outputFormat.AcceptOnlyFromAmong("text", "json", "stream-json");
        inputFormat.AcceptOnlyFromAmong("text", "stream-json");
        effort.AcceptOnlyFromAmong("low", "medium", "high");
        mode.AcceptOnlyFromAmong([.. PermissionModes.Names]);
        sandbox.AcceptOnlyFromAmong("on", "off", "bubblewrap", "landlock");
        return new RootCommand("sally: nothing leaves unseen")
        {
            prompt, print, outputFormat, inputFormat, model, provider, baseUrl, effort, mode, allow, deny, sandbox, maxTurns, maxCost, maxTokens,
            goOn, resume, fork, jsonSchema, cwd, addDir, systemPromptFile, appendSystemPrompt, record, agent, mcpConfig,
        };
    }

    /// <summary>Throws <see cref="UsageException"/> on what the parser cannot see.</summary>
    public AgentOptions Read(ParseResult parsed)
    {
        var words = parsed.GetValue(prompt) ?? [];
        if (Stranger(parsed, words) is { } stranger) throw new UsageException($"there is no option {stranger} (try: sally --help; if it belongs to the prompt, write -- before it)");
        var text = string.Join(' ', words.Where(word => word != "-"));
        var options = new AgentOptions
        {
            Prompt = text.Length == 0 ? null : text,
            ReadsInput = words.Contains("-"),
            IsHeadless = parsed.GetValue(print),
            OutputFormat = parsed.GetValue(outputFormat)!,
            InputFormat = parsed.GetValue(inputFormat)!,
            Flags = Flags(parsed),
            Continue = parsed.GetValue(goOn),
            Resume = parsed.GetValue(resume),
            Fork = parsed.GetValue(fork),
            JsonSchema = parsed.GetValue(jsonSchema),
            Cwd = parsed.GetValue(cwd),
            SystemPromptFile = parsed.GetValue(systemPromptFile),
            AppendSystemPrompt = parsed.GetValue(appendSystemPrompt),
            Record = parsed.GetValue(record),
            Agent = parsed.GetValue(agent),
        };
        if ((options.Continue ? 1 : 0) + (options.Resume is null ? 0 : 1) + (options.Fork is null ? 0 : 1) > 1) throw new UsageException("--continue, --resume and --fork exclude each other");
        if (!options.IsHeadless && options.InputFormat != "text") throw new UsageException("--input-format stream-json needs -p");
        return options;
    }

    /// <summary>A mistyped option, which the parser takes for a word of the prompt: it must not run with other rights than were meant.</summary>
    private static string? Stranger(ParseResult parsed, string[] words)
    {
        var plain = words.Length;
        for (var i = parsed.Tokens.Count - 1; i >= 0; i--)
            if (parsed.Tokens[i].Type == TokenType.DoubleDash) plain = Math.Max(0, words.Length - (parsed.Tokens.Count - 1 - i));
        for (var i = 0; i < plain; i++)
        {
            var name = words[i].AsSpan().TrimStart('-');
            if (words[i].StartsWith('-') && name.Length > 0 && char.IsAsciiLetter(name[0]) && words[i].AsSpan().IndexOfAny(' ', '\t', '\n') < 0) return words[i];
        }
        return null;
    }

    /// <summary>Options that stand for a setting are judged where settings are: one rule, one message.</summary>
    private List<KeyValuePair<string, string>> Flags(ParseResult parsed)
    {
        var flags = new List<KeyValuePair<string, string>>();
        Add("model", parsed.GetValue(model));
        Add("provider", parsed.GetValue(provider));
        Add("baseUrl", parsed.GetValue(baseUrl));
        Add("effort", parsed.GetValue(effort));
        Add("permissionMode", parsed.GetValue(mode));
        Add("sandbox", parsed.GetValue(sandbox));
        Add("maxTurns", parsed.GetValue(maxTurns));
        Add("maxCost", parsed.GetValue(maxCost));
        Add("maxTokens", parsed.GetValue(maxTokens));
        foreach (var rule in parsed.GetValue(allow) ?? []) Add("allow", rule);
        foreach (var rule in parsed.GetValue(deny) ?? []) Add("deny", rule);
        Add("mcpServers", parsed.GetValue(mcpConfig));
        foreach (var folder in parsed.GetValue(addDir) ?? []) Add("addDirs", folder);
        return flags;

        void Add(string key, string? value)
        {
            if (value is not null) flags.Add(new(key, value));
        }
    }
}

/// <summary>Wrong usage or configuration; ends with 2. The message is one clear line, or a line for each error.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
