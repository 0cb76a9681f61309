using Sallyport.Engine;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;
using Sallyport.Links.Mcp;

namespace Sallyport.Mcp;

/// <summary>The MCP servers of a run, from its settings. Apart from the rest, so that a run without them never looks at what they are made of.</summary>
internal static class McpDoor
{
    /// <returns>Their tools; they end with what is owned.</returns>
    public static async Task<IReadOnlyList<Tool>> Open(RunSettings settings, Workspace workspace, ExitGate gate, SecretVault vault, ILauncher launcher, IChangeWitness changes, IReadOnlyDictionary<string, string> environment, string session, Action<LedgerEntry> record, NoticeBoard notices, List<IDisposable> owned, CancellationToken cancellation)
    {
        var servers = await McpServers.Open(new McpSetup
        {
            Servers = settings.Servers,
            Workspace = workspace,
            ProjectFolder = settings.Paths.ProjectFolder,
            Gate = gate,
            Vault = vault,
            Allowed = new AllowedSecrets(settings.SecretHosts),
            Launcher = launcher,
            Changes = changes,
            Environment = environment,
            Notice = notices.Add,
            Record = record,
            Session = session,
        }, cancellation).ConfigureAwait(false);
        // Before the sandbox that they run in.
        owned.Insert(0, servers);
        return servers.Tools;
    }
}
