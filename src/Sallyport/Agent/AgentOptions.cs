using System.CommandLine;
using Sallyport.Engine.Consent;

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

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public string? BaseUrl { get; init; }

    public string? Effort { get; init; }

    public string? PermissionMode { get; init; }

    public IReadOnlyList<string> Allow { get; init; } = [];

    public IReadOnlyList<string> Deny { get; init; } = [];

    public int? MaxTurns { get; init; }

    public decimal? MaxCost { get; init; }

    public long? MaxTokens { get; init; }

    public bool Continue { get; init; }

    public string? Resume { get; init; }

    public string? Fork { get; init; }

    public string? JsonSchema { get; init; }

    public string? Cwd { get; init; }

    public IReadOnlyList<string> AddDirs { get; init; } = [];

    public string? SystemPromptFile { get; init; }

    public string? AppendSystemPrompt { get; init; }

    public string? Record { get; init; }
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
    private readonly Option<int?> maxTurns = new("--max-turns");
    private readonly Option<decimal?> maxCost = new("--max-cost");
    private readonly Option<long?> maxTokens = new("--max-tokens");
    private readonly Option<bool> goOn = new("--continue", "-c");
    private readonly Option<string?> resume = new("--resume", "-r");
    private readonly Option<string?> fork = new("--fork");
    private readonly Option<string?> jsonSchema = new("--json-schema");
    private readonly Option<string?> cwd = new("--cwd", "-C");
    private readonly Option<string[]> addDir = new("--add-dir");
    private readonly Option<string?> systemPromptFile = new("--system-prompt-file");
    private readonly Option<string?> appendSystemPrompt = new("--append-system-prompt");
    private readonly Option<string?> record = new("--record");

    public RootCommand Create()
    {
        outputFormat.AcceptOnlyFromAmong("text", "json", "stream-json");
        inputFormat.AcceptOnlyFromAmong("text", "stream-json");
        effort.AcceptOnlyFromAmong("low", "medium", "high");
        mode.AcceptOnlyFromAmong([.. PermissionModes.Names]);
        sandbox.AcceptOnlyFromAmong("on", "off");
        return new RootCommand("sally: nothing leaves unseen")
        {
            prompt, print, outputFormat, inputFormat, model, provider, baseUrl, effort, mode, allow, deny, sandbox, maxTurns, maxCost, maxTokens,
            goOn, resume, fork, jsonSchema, cwd, addDir, systemPromptFile, appendSystemPrompt, record,
        };
    }

    /// <summary>Throws <see cref="UsageException"/> on what the parser cannot see.</summary>
    public AgentOptions Read(ParseResult parsed)
    {
        if (parsed.GetValue(sandbox) == "on") throw new UsageException("--sandbox on: this version has no sandbox yet; commands run as you do");
        var words = parsed.GetValue(prompt) ?? [];
        var text = string.Join(' ', words.Where(word => word != "-"));
        var options = new AgentOptions
        {
            Prompt = text.Length == 0 ? null : text,
            ReadsInput = words.Contains("-"),
            IsHeadless = parsed.GetValue(print),
            OutputFormat = parsed.GetValue(outputFormat)!,
            InputFormat = parsed.GetValue(inputFormat)!,
            Model = parsed.GetValue(model),
            Provider = parsed.GetValue(provider),
            BaseUrl = parsed.GetValue(baseUrl),
            Effort = parsed.GetValue(effort),
            PermissionMode = parsed.GetValue(mode),
            Allow = parsed.GetValue(allow) ?? [],
            Deny = parsed.GetValue(deny) ?? [],
            MaxTurns = Positive("--max-turns", parsed.GetValue(maxTurns)),
            MaxCost = Positive("--max-cost", parsed.GetValue(maxCost)),
            MaxTokens = Positive("--max-tokens", parsed.GetValue(maxTokens)),
            Continue = parsed.GetValue(goOn),
            Resume = parsed.GetValue(resume),
            Fork = parsed.GetValue(fork),
            JsonSchema = parsed.GetValue(jsonSchema),
            Cwd = parsed.GetValue(cwd),
            AddDirs = parsed.GetValue(addDir) ?? [],
            SystemPromptFile = parsed.GetValue(systemPromptFile),
            AppendSystemPrompt = parsed.GetValue(appendSystemPrompt),
            Record = parsed.GetValue(record),
        };
        if ((options.Continue ? 1 : 0) + (options.Resume is null ? 0 : 1) + (options.Fork is null ? 0 : 1) > 1) throw new UsageException("--continue, --resume and --fork exclude each other");
        if (!options.IsHeadless && options.InputFormat != "text") throw new UsageException("--input-format stream-json needs -p");
        return options;
    }

    private static T? Positive<T>(string name, T? value) where T : struct, System.Numerics.INumber<T> =>
        value is null || value > T.Zero ? value : throw new UsageException($"{name}: must be more than 0");
}

/// <summary>Wrong usage or configuration; ends with 2. The message is one clear line, or a line for each error.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
