using System.Text.Json;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Mcp;

/// <summary>
/// One server of a session. It is started when it is first needed, and its tools are held against what was pinned before anything is
/// asked of it; where they are others, it is off until a person has looked. Who fails is told of once.
/// </summary>
internal sealed class McpServer(string name, ServerSetting setting, McpSetup setup, PinStore pins) : IAsyncDisposable
{
    private const int MostStarts = 4;
    private const int MostChanges = 50;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30), UsualTime = TimeSpan.FromSeconds(60), ListAge = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim turn = new(1);
    private McpLink? link;
    private Pin? pin;

    // Why nothing is asked of it; null while all is well.
    private string? off;
    private long looked;
    private int starts, changes;
    private volatile bool isStale;
    private bool isOver;
    private readonly Lazy<CommandSpan?> watch = new(() => setting.Url is null ? setup.Changes?.Service() : null);

    public string Name => name;

    public bool IsLocal => setting.Url is null;

    /// <summary>Under which it changes files, from its start to its end; null where each call is looked at before and after instead.</summary>
    public CommandSpan? Watch => watch.Value;

    /// <summary>The last thing that was told of what could not be kept.</summary>
    public string? Trouble { get; set; }

    private string Project => ServerIdentity.Home(setting, setup.ProjectFolder, setup.Workspace.Root);

    private string Identity => field ??= ServerIdentity.Of(name, setting, Project);

    private TimeSpan Limit => setting.TimeoutMs is { } time ? TimeSpan.FromMilliseconds(time) : UsualTime;

    private UntrustedSource Source => UntrustedSource.Of("mcp", name, setup.Clock);

    /// <summary>The tools that are offered, from what was pinned; a server that nobody has met yet is started for that.</summary>
    public async Task<IReadOnlyList<ToolDefinition>> Offer(CancellationToken cancellation)
    {
        try
        {
            if (pins.Changed(name, Identity) is { } change && pins.Trusted(name, Identity) is { } before) SwitchOff(Differs(before, change));
            else if ((pin = pins.Trusted(name, Identity)) is { } known) Held(known, known with { Files = ServerIdentity.Files(Command(), Project) });
            else await Started(cancellation).ConfigureAwait(false);
        }
        catch (McpException e)
        {
            SwitchOff(Closed(e.Message + Hint(e)));
        }
        catch (GateStoppedException e)
        {
            SwitchOff(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SwitchOff(e.Message);
        }
        if (off is not null || pin is null) return [];
        var offered = new List<ToolDefinition>();
        foreach (var tool in pin.Definitions)
        {
            if (setting.Tools is { } some && !some.Contains(tool.Name)) continue;
            if (tool.Problem is { } problem) setup.Notice($"the MCP server {name} has a tool {McpText.Line(tool.Name, 80)} that is not offered: {problem}");
            else offered.Add(tool);
        }
        foreach (var wanted in setting.Tools ?? [])
            if (!pin.Definitions.Any(tool => tool.Name == wanted)) setup.Notice($"the MCP server {name} has no tool {McpText.Line(wanted, 80)}, which its settings name");
        return offered;
    }

    /// <summary>Calls a tool. What the server does wrong becomes words for the model; what may not leave is a <see cref="GateStoppedException"/>.</summary>
    public async Task<ToolResult> Call(ToolDefinition tool, JsonElement arguments, Action<string> progress, CancellationToken cancellation)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                var ready = await Ready(cancellation).ConfigureAwait(false);
                if (ready is null) return ToolResult.Fail($"Not called: {off}.");
                var answer = await ready.Call(tool.Name, arguments, tool.Headers?.Of(arguments) ?? [], Limit, progress, cancellation).ConfigureAwait(false);
                return CallResult.Of(answer, tool, Source);
            }
            catch (McpException e) when (e.Kind == McpFailure.SessionLost && !again)
            {
                await Drop().ConfigureAwait(false);
            }
            catch (McpException e)
            {
                return ToolResult.Fail($"The MCP server {name}: {e.Message}.{(e.Kind == McpFailure.Late ? " It may have been done in part. More time: timeoutMs in its settings." : "")}{Hint(e)}") with { From = Source };
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        isOver = true;
        // Who is just starting it finds that out, and ends it.
        if (!await turn.WaitAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false)) return;
        try
        {
            if (link is { } one) await one.DisposeAsync().ConfigureAwait(false);
            link = null;
        }
        finally
        {
            turn.Release();
        }
    }

    // null when it is off.
    private async Task<McpLink?> Ready(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (off is not null) return null;
            if (link is null || link.IsOver) await Start(cancellation).ConfigureAwait(false);
            else if (isStale || setup.Clock.GetElapsedTime(looked) > ListAge) await Look(link, link.Version, null, cancellation).ConfigureAwait(false);
            return off is null ? link : null;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task Started(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await Start(cancellation).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task Start(CancellationToken cancellation)
    {
        if (link is { } dead) await dead.DisposeAsync().ConfigureAwait(false);
        link = null;
        if (isOver) throw new McpException(McpFailure.Gone, "the session has ended");
        if (++starts > MostStarts) throw new McpException(McpFailure.Gone, $"it ended {MostStarts} times in this session and is not started again");
        var command = Command();
        // What is started is what was looked at: the files are read before, not after.
        var files = ServerIdentity.Files(command, Project);
        if (pin is { } known && Held(known, known with { Files = files })) return;
        var made = await Connected(command, cancellation).ConfigureAwait(false);
        try
        {
            await Look(made, made.Version, files, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await made.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        if (off is null && !isOver) link = made;
        else await made.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<McpLink> Connected(ServerCommand command, CancellationToken cancellation)
    {
        try
        {
            return await McpLink.Connect(() => Peer(command), pin?.Speaks, StartTime, cancellation).ConfigureAwait(false);
        }
        catch (McpException e) when (e.Said.Length > 0 && setup.Launcher?.NeverBegan(e.Said) == true)
        {
            // The confinement was not even made: something that it was to cover went away meanwhile.
            return await McpLink.Connect(() => Peer(command), pin?.Speaks, StartTime, cancellation).ConfigureAwait(false);
        }
    }

    private async Task Look(McpLink at, string version, SortedDictionary<string, string>? files, CancellationToken cancellation)
    {
        // A change that comes while it is looked at is looked at once more.
        isStale = false;
        var tools = ToolDefinition.Read(await at.List(StartTime, cancellation).ConfigureAwait(false));
        // Some have all their tools only a moment after they began; who is met for the first time may take it.
        for (var again = 0; pin is null && isStale && again < MostStarts; again++)
        {
            isStale = false;
            tools = ToolDefinition.Read(await at.List(StartTime, cancellation).ConfigureAwait(false));
        }
        looked = setup.Clock.GetTimestamp();
        var now = Pin.Of(name, Identity, setup.Clock.GetUtcNow(), version, files ?? pin!.Files, tools);
        if (pin is null)
        {
            pins.Trust(pin = now);
            setup.Record(Entry("mcp pinned", now));
        }
        else if (!Held(pin, now) && pin.Speaks != version) pins.Trust(pin = pin with { Speaks = version });
    }

    // Whether it is other than what was trusted; then it is off.
    private bool Held(Pin trusted, Pin now)
    {
        if (PinDifference.Summary(trusted, now) is null) return false;
        pins.Hold(now);
        setup.Record(Entry("mcp changed", now).With("trusted", trusted.Digest).With("difference", PinDifference.Summary(trusted, now)));
        SwitchOff(Differs(trusted, now));
        return true;
    }

    private string Differs(Pin trusted, Pin now) =>
        $"the MCP server {name} is not what it was when it was trusted ({PinDifference.Summary(trusted, now) ?? "it changed, and back"}), so it is off. \"sally mcp show {name}\" shows the difference, \"sally mcp trust {name}\" accepts it";

    private void SwitchOff(string why)
    {
        if (Interlocked.CompareExchange(ref off, why, null) is null) setup.Notice(why.StartsWith("the MCP server", StringComparison.Ordinal) ? why : $"the MCP server {name} is not there: {why}");
    }

    private LedgerEntry Entry(string what, Pin now) =>
        new LedgerEntry(LedgerKind.Trust) { Session = setup.Session }.With("what", what).With("target", name).With("sha256", now.Digest).With("tools", (IReadOnlyList<string>)[.. now.Definitions.Select(static tool => McpText.Line(tool.Name, 140))]);

    private ServerCommand Command()
    {
        var command = ServerCommand.Of(setting, Project, setup.Variable, setup.Environment);
        // What it is given to be known by may come back in what it says.
        setup.Vault?.LearnEnvironment(setting.Environment.Keys.Select(key => new KeyValuePair<string, string>(key, command.Environment[key])));
        setup.Vault?.LearnEnvironment(command.Headers.Select(header => new KeyValuePair<string, string>(
            header.Key.Equals("authorization", StringComparison.OrdinalIgnoreCase) || header.Key.Equals("cookie", StringComparison.OrdinalIgnoreCase) ? $"{name}_TOKEN" : header.Key.Replace('-', '_'), header.Value[(header.Value.LastIndexOf(' ') + 1)..])));
        return command;
    }

    private McpPeer Peer(ServerCommand command)
    {
        var transport = command.Address is { } address ? new HttpTransport(setup.Gate, address, command.Headers, setup.Clock) : (McpTransport)Program(command);
        // A server elsewhere can do nothing with the folders of this machine.
        var roots = transport.IsLocal ? setup.Workspace.Roots.Select(static root => new Uri(root)).ToArray() : null;
        var place = new ServerTool(name, "").Place;
        return new McpPeer(transport, setup.Gate, new Destination(McpServers.Channel, command.Address?.Authority ?? name), placeholder => setup.Allowed.Allows(placeholder, place), setup.Clock)
        {
            Roots = roots,
            ListChanged = Again,
        };
    }

    private StdioTransport Program(ServerCommand command)
    {
        var launch = new Launch(command.Program, command.Arguments, command.Environment, command.Folder);
        if (Watch is { } span) return StdioTransport.Start(span.Watch(setup.Launcher?.PrepareNative(launch) ?? launch), setup.Clock);
        return StdioTransport.Start(setup.Launcher?.Prepare(launch) ?? launch, setup.Clock);
    }

    // It says that its tools are others now: looked at at once, and in any case before the next call.
    private void Again()
    {
        if (isStale || isOver) return;
        isStale = true;
        if (++changes == MostChanges) SwitchOff($"the MCP server {name} says again and again that its tools are others now, so it is off until the next run");
        if (off is not null) return;
        _ = Task.Run(async () =>
        {
            try
            {
                await Ready(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is McpException or IOException or UnauthorizedAccessException or Guard.GuardException)
            {
                // The next call meets the same, and says so.
            }
        });
    }

    private string Hint(McpException e)
    {
        if (!IsLocal || e.Kind is not (McpFailure.Gone or McpFailure.Unreachable or McpFailure.Late)) return "";
        if (setup.Launcher?.Explain(e.Message) is { } bounds) return $" [{bounds}]";
        // npx and its like wait long for a network that is not there.
        return e.Kind == McpFailure.Late && link is null && setup.Launcher?.Reach is { Count: 0 } ? " [it has no network: if it has to fetch something first, as npx and uvx do, install it before, or allow the host with the setting network.allow]" : "";
    }

    private string Closed(string words)
    {
        try
        {
            return setup.Vault?.Close(words) ?? words;
        }
        catch (Guard.GuardException)
        {
            return "it failed, and the gate could not look at what it said";
        }
    }

    private async Task Drop()
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (link is { } one) await one.DisposeAsync().ConfigureAwait(false);
            link = null;
        }
        finally
        {
            turn.Release();
        }
    }
}
