using Sallyport.Engine.Tools;

namespace Sallyport.Links.Mcp;

/// <summary>
/// The MCP servers of a session, and their tools. What was pinned is offered without starting anything; servers that nobody has met
/// are started, side by side, to be met. Whoever fails is told of, and the others go on.
/// </summary>
public sealed class McpServers : IDisposable
{
    /// <summary>What the gate, the record and the ledger call this way out.</summary>
    public const string Channel = "mcp";

    private readonly List<McpServer> servers;

    private McpServers(List<McpServer> servers, IReadOnlyList<Tool> tools) => (this.servers, Tools) = (servers, tools);

    public IReadOnlyList<Tool> Tools { get; }

    public static async Task<McpServers> Open(McpSetup setup, CancellationToken cancellation)
    {
        var pins = setup.PinFolder is { } folder ? new PinStore(folder) : PinStore.OfState();
        var servers = new List<McpServer>();
        var offers = new List<Task<IReadOnlyList<ToolDefinition>>>();
        foreach (var (name, setting) in setup.Servers.OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            if (setting.IsDisabled) continue;
            var server = new McpServer(name, setting, setup, pins);
            servers.Add(server);
            offers.Add(server.Offer(cancellation));
        }
        try
        {
            await Task.WhenAll(offers).ConfigureAwait(false);
        }
        catch
        {
            End(servers);
            throw;
        }
        var tools = new List<Tool>();
        for (var i = 0; i < servers.Count; i++)
            foreach (var definition in await offers[i].ConfigureAwait(false)) tools.Add(new McpTool(servers[i], definition));
        return new McpServers(servers, tools);
    }

    /// <summary>Ends them all, side by side; who does not end when asked is ended within seconds.</summary>
    public void Dispose() => End(servers);

    private static void End(List<McpServer> servers) => Task.WhenAll(servers.Select(static server => server.DisposeAsync().AsTask())).GetAwaiter().GetResult();
}
