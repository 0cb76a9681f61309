using Sallyport.Engine;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Models;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Turns;
using Sallyport.Guard.Gate;
using Sallyport.Providers;
using Sallyport.Tools;

namespace Sallyport.Agent;

/// <summary>Puts a session together from options, settings and what the machine has. By hand, so that it can be read.</summary>
internal static class Composition
{
    /// <summary>The parts of a session. Throws <see cref="UsageException"/> when something is missing or wrong.</summary>
    public static async Task<SessionSetup> Compose(AgentOptions options, bool canAsk, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var root = Folder(options.Cwd ?? Directory.GetCurrentDirectory(), "--cwd");
        var workspace = new Workspace(root, [.. options.AddDirs.Select(folder => Folder(folder, "--add-dir"))]);
        var http = ProviderHttp.Create();
        var chain = await Models(options, http, cancellation).ConfigureAwait(false);
        var schema = options.JsonSchema is null ? null : Schema(options.JsonSchema);
        var (transcript, past, header) = Opened(options, workspace, clock);
        var keeper = new CheckpointKeeper(workspace, CheckpointKeeper.FolderOf(header.Id), clock);
        return new SessionSetup
        {
            Id = header.Id,
            Workspace = workspace,
            Chain = chain,
            Tools = new ToolSet(BuiltInTools.All()),
            System = SystemPrompt.Build(header.Environment, "", Text(options.SystemPromptFile, "--system-prompt-file"), options.AppendSystemPrompt, schema?.Text),
            Judge = new Judge(PermissionModes.Parse(options.PermissionMode ?? "ask")!.Value, Rules(options.Allow, "--allow"), [], Rules(options.Deny, "--deny")),
            Gate = new ExitGate(),
            Http = http,
            Clock = clock,
            Changes = keeper,
            Prompted = keeper.Begin,
            Owned = [keeper, http],
            Transcript = transcript,
            Past = past,
            OutputFolder = SessionFiles.OutputsOf(header.Id),
            ChildEnvironment = ChildEnvironment.OfThisProcess(),
            Effort = options.Effort switch { "low" => Effort.Low, "medium" => Effort.Medium, "high" => Effort.High, _ => null },
            Limits = new BudgetLimits(options.MaxTurns, options.MaxCost, options.MaxTokens),
            OutputSchema = schema,
            CanAsk = canAsk,
        };
    }

    private static string Folder(string path, string option)
    {
        var full = Path.GetFullPath(path);
        return Directory.Exists(full) ? full : throw new UsageException($"{option} {path}: no such folder");
    }

    private static async Task<IReadOnlyList<ModelChoice>> Models(AgentOptions options, HttpMessageInvoker http, CancellationToken cancellation)
    {
        try
        {
            var catalogue = ModelCatalogue.Load();
            var table = new ProviderTable(http, catalogue, Environment.GetEnvironmentVariable);
            var choice = await table.Choose(options.Provider, options.BaseUrl, cancellation).ConfigureAwait(false);
            var facts = catalogue.Resolve(options.Model ?? choice.Model, choice.Kind.Name)
                ?? throw new UsageException($"{choice.Kind.Title} has no model for the tier \"{options.Model ?? "standard"}\": name one with --model");
            return [new ModelChoice(choice.Provider, facts)];
        }
        catch (Exception e) when (e is ProviderException or FormatException)
        {
            throw new UsageException(e.Message, e);
        }
    }

    private static (Transcript Transcript, TranscriptState? Past, SessionLine Header) Opened(AgentOptions options, Workspace workspace, TimeProvider clock)
    {
        var from = options.Continue ? SessionFiles.Latest(workspace.Root) : (options.Resume ?? options.Fork) is { } id ? SessionFiles.Find(id) : null;
        if (from is not null && options.Fork is null)
        {
            var transcript = Transcript.Append(from, clock);
            var past = TranscriptReader.Read(from);
            return (transcript, past, past.Header);
        }
        var before = from is null ? null : TranscriptReader.Read(from);
        var header = new SessionLine(1, SessionFiles.NewId(clock), workspace.Root, before?.Header.Environment ?? SystemPrompt.Environment(workspace, clock), before?.Header.Id);
        var path = SessionFiles.PathOf(header.Id, workspace.Root);
        var created = Transcript.Create(path, clock);
        created.Add(header);
        if (before is not null) created.Add(new CompactionLine(before.Next, [.. new Conversation(null, before).View()], before.Usage, before.CostUsd, before.Turns));
        return (created, before, header);
    }

    private static AnswerSchema Schema(string file)
    {
        try
        {
            return new AnswerSchema(Text(file, "--json-schema")!);
        }
        catch (SchemaException e)
        {
            throw new UsageException($"--json-schema {file}: {e.Message}", e);
        }
    }

    private static string? Text(string? file, string option)
    {
        if (file is null) return null;
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} {file}: cannot be read ({e.Message})", e);
        }
    }

    private static List<ConsentRule> Rules(IEnumerable<string> texts, string option)
    {
        var rules = new List<ConsentRule>();
        foreach (var text in texts) rules.Add(ConsentRule.Parse(text, out var error) ?? throw new UsageException($"{option}: {error}"));
        return rules;
    }
}
