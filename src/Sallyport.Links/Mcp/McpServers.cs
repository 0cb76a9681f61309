using System.Globalization;
using Sallyport.Engine.Tools;

namespace Sallyport.Links.Mcp;

/// <summary>
/// The MCP servers of a session, and their tools. What was pinned is offered without starting anything; servers that nobody has met
/// are started, side by side, to be met. Whoever fails is told of, and the others go on; so does the session, when one takes too long:
/// its tools are offered from the next on, for a list of tools that grows would change the first bytes of every request.
/// </summary>
public sealed class McpServers : IDisposable
{
    /// <summary>What the gate, the record and the ledger call this way out.</summary>
    public const string Channel = "mcp";

    private readonly List<McpServer> servers;

    private readonly CancellationTokenSource over;

    private McpServers(List<McpServer> servers, IReadOnlyList<Tool> tools, CancellationTokenSource over) => (this.servers, Tools, this.over) = (servers, tools, over);

    public IReadOnlyList<Tool> Tools { get; }

    public static async Task<McpServers> Open(McpSetup setup, CancellationToken cancellation)
    {
        var pins = setup.PinFolder is { } folder ? new PinStore(folder) : PinStore.OfState();
        var servers = new List<McpServer>();
        var over = new CancellationTokenSource();
        var offers = new List<Task<IReadOnlyList<ToolDefinition>>>();
        foreach (var (name, setting) in setup.Servers.OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            if (setting.IsDisabled) continue;
            var server = new McpServer(name, setting, setup, pins);
            servers.Add(server);
            offers.Add(server.Offer(over.Token));
        }
        try
        {
            await Task.WhenAny(Task.WhenAll(offers), Task.Delay(setup.Patience, setup.Clock, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }
        catch
        {
            End(servers, over);
            throw;
        }
        var tools = new List<Tool>();
        for (var i = 0; i < servers.Count; i++)
        {
            if (offers[i].IsCompleted) foreach (var definition in await offers[i].ConfigureAwait(false)) tools.Add(new McpTool(servers[i], definition));
            else setup.Notice(string.Create(CultureInfo.InvariantCulture, $"the MCP server {servers[i].Name} said nothing of its tools for {setup.Patience.TotalSeconds} s: this session begins without them. When it does while the session lasts, the next one has them"));
        }
        return new McpServers(servers, tools, over);
    }

    /// <summary>Ends them all, side by side; who does not end when asked is ended within seconds.</summary>
    public void Dispose() => End(servers, over);

    private static void End(List<McpServer> servers, CancellationTokenSource over)
    {
        // Who is still being met is so no longer.
        over.Cancel();
        Task.WhenAll(servers.Select(static server => server.DisposeAsync().AsTask())).GetAwaiter().GetResult();
    }
}
