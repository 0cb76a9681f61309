using Sallyport.Audit;
using Sallyport.Engine;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Memory;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Turns;
using Sallyport.Engine.Watching;
using Sallyport.Guard;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;
using Sallyport.Links.Mcp;
using Sallyport.Mcp;
using Sallyport.Providers;
using Sallyport.Providers.Recorded;
using Sallyport.Tools;

namespace Sallyport.Agent;

/// <summary>Puts a session together from options, settings and what the machine has. By hand, so that it can be read.</summary>
internal static class Composition
{
    /// <summary>The parts of a session. Throws <see cref="UsageException"/> when something is missing or wrong.</summary>
    public static async Task<SessionSetup> Compose(AgentOptions options, bool canAsk, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var root = Folder(options.Cwd ?? Here(), "--cwd");
        var vault = new SecretVault(PolicyFile.Find(root) is { } policy ? PolicyFile.Read(policy) : null);
        vault.Prepare();
        var settings = RunSettings.Load(root, options.Flags);
        if (settings.Notice() is { } notice) await Console.Error.WriteLineAsync($"sally: {Printable.Line(notice)}").ConfigureAwait(false);
        Misspelt(settings, options.Flags);
        var workspace = new Workspace(root, [.. settings.AddDirs.Select(folder => Folder(folder, "--add-dir"))]);
        var pen = new LedgerPen();
        var departures = new Departures(pen, vault);
        // What goes to a model, the web or through the proxy is told where its very bytes are seen.
        var gate = new ExitGate(departed => { if (departed.Kind is not ("model" or "web" or "sandbox" or McpServers.Channel)) departures.Left(new Departure(departed)); }, vault) { Requested = departures.Asked };
        var http = new HttpMessageInvoker(new DepartureHandler(ProviderHttp.Create(gate, departures.Sent), departures.Left));
        var kinds = AgentRooms.Kinds(settings.Paths);
        var kind = options.Agent is null ? null : AgentRooms.Named(kinds, options.Agent);
        var chain = await ModelChain.Choose(settings, kind, http, cancellation).ConfigureAwait(false);
        // One model that must not see internal names is enough: whichever answers, the conversation is the same to the byte.
        vault.HidesNames = false;
        foreach (var choice in chain) vault.HidesNames |= !choice.IsTrusted;
        var owned = new List<IDisposable> { http, pen };
        if (options.Record is { } file) chain = Recorded(chain, file, clock, vault, owned);
        var schema = options.JsonSchema is null ? null : Schema(options.JsonSchema);
        var memory = Memory(workspace);
        var startsAgents = kind?.Tools is not { } named || named.Contains(Rights.Starts);
        if (startsAgents && kinds.ForModel() is { Length: > 0 } others) memory = memory.Length == 0 ? others : $"{memory.TrimEnd()}\n\n{others}";
        var own = Text(options.SystemPromptFile, "--system-prompt-file");
        var (transcript, past, header) = Opened(options, settings, workspace, clock, vault);
        vault.LearnEnvironment(Variables());
        VaultFile.Keep(vault, transcript.Path, seal: transcript.Seal);
        var outputs = transcript.Seal is null ? SessionFiles.OutputsOf(header.Id) : SessionFiles.OutputsInMemory(header.Id);
        var flow = new FlowState(transcript, past?.Flow);
        foreach (var words in (string?[])[own, options.AppendSystemPrompt]) if (words is not null) flow.UserWrote(vault.Close(words));
        var shims = new GateShims(GateShims.FolderOf(header.Id), Confinement.Self(), workspace) { Trailer = settings.AttributeCommits ? "Assisted-by: Sallyport" : "" };
        var journal = new SentJournal(transcript.Path, clock, transcript.Seal);
        var sender = departures.Begin(header.Id, journal, flow);
        var credentials = Credentials.Of(settings, vault);
        Sandbox Confined(Sender who, GateShims before) => Confinement.Of(settings, workspace, outputs, gate, before, who.Flow, pen.Write, departures, who, credentials, vault);
        var sandbox = settings.Sandbox == false ? null : Confined(sender, shims);
        owned.Insert(0, shims);
        if (sandbox is not null) owned.Insert(0, sandbox);
        owned.Add(journal);
        var keeper = new CheckpointKeeper(workspace, CheckpointKeeper.FolderOf(header.Id), clock, transcript.Seal)
        {
            Self = Confinement.Self(), Watches = () => (sandbox is null ? WatchProbe.Problem(isConfined: false) : sandbox.Unwatched) is null,
        };
        var environment = ChildEnvironment.Of(settings, header.Id);
        var launcher = sandbox ?? (ILauncher)new UnconfinedLauncher(shims);
        var notices = settings.Servers.Count == 0 ? null : new NoticeBoard();
        IReadOnlyList<Tool> linked = notices is null ? [] : await McpDoor.Open(settings, workspace, gate, vault, launcher, keeper, environment, header.Id, pen.Write, notices, owned, cancellation).ConfigureAwait(false);
        var tools = new ToolSet([.. BuiltInTools.All(), .. linked]);
        if (kind is not null) tools = tools.Within(Rights.Of(tools.Names).Narrowed(kind.Tools));
        return new SessionSetup
        {
            Id = header.Id,
            Workspace = workspace,
            Chain = chain,
            Tools = tools,
            System = SystemPrompt.Build(header.Environment, memory, own ?? (kind is null ? null : AgentPrompt.OfSession(kind)), options.AppendSystemPrompt, schema?.Text),
            Judge = Confinement.Judge(settings, sandbox).Within(kind?.Mode ?? PermissionMode.Open),
            Gate = gate,
            Vault = vault,
            SecretHosts = settings.SecretHosts,
            Http = http,
            Clock = clock,
            Changes = keeper,
            Prompted = keeper.Begin,
            Remember = rule =>
            {
                if (RememberedRules.Keep(settings.Paths, rule)) pen.Write(new LedgerEntry(LedgerKind.Trust) { Session = header.Id }.With("what", "remembered").With("target", settings.Paths.ProjectFolder).With("rules", (IReadOnlyList<string>)[rule.Text]));
            },
            Decided = pen.Write,
            Transcript = transcript,
            Past = past,
            Notices = notices,
            Note = past is null ? null : EnvironmentNote.Of(past, SystemPrompt.Environment(workspace, clock)),
            Flow = flow,
            OutputFolder = outputs,
            ChildEnvironment = environment,
            Launcher = launcher,
            Effort = settings.Effort,
            Limits = new BudgetLimits(kind?.MaxTurns is { } turns ? Math.Min(turns, settings.MaxTurns ?? turns) : settings.MaxTurns, settings.MaxCost, settings.MaxTokens),
            Patience = settings.Patience,
            OutputSchema = schema,
            CompactAt = settings.CompactAt,
            RetentionDays = settings.RetentionDays,
            CanAsk = canAsk,
            Agents = new AgentHost
            {
                Kinds = () => kinds,
                System = one => AgentPrompt.Of(one, header.Environment, memory),
                Models = AgentRooms.Models(settings, http, vault, isRecorded: options.Record is not null),
                // Where commands reach others, each agent has a way out of its own: who has read words of others must not go by another's.
                Equip = place => AgentRooms.Equip(place, clock, departures, shims, settings.NetworkAllow.Count > 0 && sandbox?.Reach is { Count: > 0 } ? Confined : null),
            },
            Owned = owned,
        };
    }

    /// <summary>Tells of rules about tools that there are not. On the command line such a rule is wrong usage: nothing may run with other rights than were meant.</summary>
    private static void Misspelt(RunSettings settings, IReadOnlyList<KeyValuePair<string, string>> flags)
    {
        string[]? tools = null;
        foreach (var rules in (ReadOnlySpan<IReadOnlyList<ConsentRule>>)[settings.Deny, settings.Ask, settings.Allow])
            foreach (var rule in rules)
            {
                if (rule.Meant(tools ??= Array.ConvertAll(BuiltInTools.All(), static tool => tool.Name)) is not { } meant) continue;
                var words = $"the rule \"{rule.Text}\" is about no tool that there is: did you mean \"{meant}\"?";
                foreach (var (key, value) in flags) if (key is "allow" or "deny" && value.Trim() == rule.Text) throw new UsageException($"--{key}: {words}");
                Console.Error.WriteLine($"sally: {Printable.Line(words)}");
            }
    }

    private static List<ModelChoice> Recorded(IReadOnlyList<ModelChoice> chain, string file, TimeProvider clock, SecretVault vault, List<IDisposable> owned)
    {
        try
        {
            var recorder = new Recorder(file, clock);
            owned.Add(recorder);
            return [.. chain.Select(choice => choice with { Provider = recorder.Wrap(new ClosedProvider(choice.Provider, vault)) })];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--record {file}: cannot be written ({e.Message})", e);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables()) yield return new((string)variable.Key, (string?)variable.Value ?? "");
    }

    private static string Memory(Workspace workspace)
    {
        var memory = MemoryFiles.Read(workspace.Root, workspace.Root, SettingsPaths.ConfigFolder());
        foreach (var line in memory.Notices) Console.Error.WriteLine($"sally: {Printable.Line(line)}");
        return memory.Text;
    }

    internal static string Folder(string path, string option)
    {
        var full = Path.GetFullPath(path);
        return Directory.Exists(full) ? full : throw new UsageException($"{option} {path}: no such folder");
    }

    private static string Here()
    {
        try
        {
            return Directory.GetCurrentDirectory();
        }
        catch (IOException e)
        {
            throw new UsageException("the folder that this was started in is gone: go to another, or name one with --cwd", e);
        }
    }

    private static (Transcript Transcript, TranscriptState? Past, SessionLine Header) Opened(AgentOptions options, RunSettings settings, Workspace workspace, TimeProvider clock, SecretVault vault)
    {
        var from = options.Continue ? SessionFiles.Latest(workspace.Root) : (options.Resume ?? options.Fork) is { } id ? SessionFiles.Find(id) : null;
        if (from is not null && SessionFiles.IsAgent(from)) throw new UsageException($"{SessionFiles.IdOf(from)} is an agent of session {TranscriptReader.Header(from).Parent}: go on with that one");
        if (from is not null && !VaultFile.Restore(vault, from))
            Console.Error.WriteLine("sally: what the placeholders of this session stand for cannot be read: they stay closed");
        if (from is not null && options.Fork is null)
        {
            var transcript = Transcript.Append(from, clock);
            UnsettledAgents.Settle(transcript);
            var past = TranscriptReader.Read(from);
            if (settings.EncryptSessions is not null && transcript.Seal is null)
                Console.Error.WriteLine("sally: this session was begun without encryption and stays so; --fork goes on with an encrypted copy");
            return (transcript, past, past.Header);
        }
        var before = from is null ? null : TranscriptReader.Read(from);
        var header = new SessionLine(1, SessionFiles.NewId(clock), workspace.Root, before?.Header.Environment ?? SystemPrompt.Environment(workspace, clock), before?.Header.Id);
        var path = SessionFiles.PathOf(header.Id, workspace.Root);
        Transcript created;
        try
        {
            created = Transcript.Create(path, clock, settings.EncryptSessions is { } place ? SessionSeal.Make(header.Id, place == "keyring") : null);
            created.Add(header);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the session cannot be written to {Path.GetDirectoryName(path)} ({e.Message}); XDG_STATE_HOME names another place", e);
        }
        if (before is not null) created.Add(new CompactionLine(before.Next, [.. new Conversation(null, before).View().Select(message => vault.Close(message))], before.Usage, before.CostUsd, before.Turns, before.Flow));
        if (before is { Todos.Count: > 0 }) created.Add(new TodoLine(before.Todos));
        return (created, before, header);
    }

    private static AnswerSchema Schema(string file)
    {
        try
        {
            var schema = new AnswerSchema(Text(file, "--json-schema")!);
            if (schema.Unenforced is { Count: > 0 } loose) Console.Error.WriteLine($"sally: {Printable.Line($"not checked of --json-schema {file}: {string.Join(", ", loose)}")}");
            return schema;
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
}
