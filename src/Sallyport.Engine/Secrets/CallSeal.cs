using System.Collections.Concurrent;
using System.Text.Json;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// What a tool call needs of the vault: values back in its arguments where its effect stays on this machine, and placeholders
/// again in all that it says. A placeholder that is bound outside stays closed unless the user allowed that secret there.
/// </summary>
/// <param name="vault">Knows what placeholders stand for.</param>
/// <param name="hosts">Where a kind of secret may go.</param>
/// <param name="reach">Whom commands can reach; null, or null as its answer, for everyone.</param>
internal sealed class CallSeal(SecretVault vault, IReadOnlyDictionary<string, IReadOnlyList<string>> hosts, Func<IReadOnlyList<string>?>? reach = null)
{
    private const int LargestLearned = 4 << 20;

    private readonly ConcurrentDictionary<string, (long Length, DateTime Written)> learned = new(StringComparer.Ordinal);
    private int hasLooked;

    public SecretVault Vault => vault;

    /// <summary>The arguments to run with and what they touch, or why they may not be opened.</summary>
    public (JsonElement Arguments, Touches Touches, string? Refusal) Open(Tool tool, JsonElement arguments, Workspace workspace)
    {
        var touches = tool.Touches(arguments, workspace);
        var placeholders = vault.PlaceholdersIn(arguments);
        if (placeholders.Count == 0 || touches.Effect == Effect.None) return (arguments, touches, null);
        foreach (var host in Outside(touches, workspace))
            foreach (var placeholder in placeholders)
                if (!Allows(placeholder, host))
                    return (arguments, touches, $"{placeholder} stands for a secret, and {(host == CommandHosts.Anywhere ? "this line runs a program that is not known to keep it on this machine" : $"this call could take it to {host}")}. It stays closed: leave it out, or ask the user to allow it (setting secrets.allow: [\"{Kind(placeholder)} {host}\"]).");
        var opened = vault.Open(arguments);
        var now = tool.Touches(opened, workspace);
        // Who else looks into other folders (a share, an upload) is not known.
        if (now.Effect == Effect.Write && now.Paths.FirstOrDefault(path => !workspace.Contains(RealPath.Of(path, workspace))) is { } away)
            return (arguments, touches, $"{placeholders[0]} stands for a secret, and {vault.Close(away)} is outside the workspace. It stays closed: leave it out, or ask the user to add the folder (--add-dir).");
        return (opened, now, null);
    }

    /// <summary>The placeholders that a call takes to hosts, with each of those, as the user allowed.</summary>
    public IEnumerable<(string Placeholder, string Host)> Leaving(Touches touches, JsonElement arguments, Workspace workspace)
    {
        if (touches.Effect == Effect.None || Outside(touches, workspace) is not { Count: > 0 } outside) yield break;
        foreach (var placeholder in vault.PlaceholdersIn(arguments).Distinct()) foreach (var host in outside) yield return (placeholder, host);
    }

    private IReadOnlyList<string> Outside(Touches touches, Workspace workspace) =>
        touches.Effect == Effect.Network ? [touches.Host ?? "the network"] : touches.Server is { } server ? [server.Place] : touches.Command is { } command ? CommandHosts.Of(command, reach?.Invoke(), workspace) : [];

    /// <summary>
    /// Looks at the files that a call reads or changes, or that a shell line names, before it shows parts of them: from the middle
    /// of a key, a part alone does not tell what it is. Before the first command also at the files whose names speak of secrets.
    /// </summary>
    public void Learn(Touches touches, Workspace workspace)
    {
        if (touches.Command is { } line)
        {
            if (Interlocked.Exchange(ref hasLooked, 1) == 0) foreach (var path in TellingFiles.In(workspace)) Learn(path);
            foreach (var path in TellingFiles.NamedBy(line, workspace)) Learn(path);
        }
        else if (touches.Effect is Effect.Read or Effect.Write && touches.Paths.Count <= 16) foreach (var path in touches.Paths) Learn(path);
    }

    private void Learn(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length is 0 or > LargestLearned || (file.Attributes & FileAttributes.Device) != 0) return;
        var stamp = (file.Length, file.LastWriteTimeUtc);
        if (learned.TryGetValue(path, out var known) && known == stamp) return;
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The tool meets the same, and says so.
            return;
        }
        if (!content.AsSpan(0, Math.Min(content.Length, 4096)).Contains((byte)0)) vault.Learn(path, content);
        learned[path] = stamp;
    }

    public ToolResult Close(ToolResult result)
    {
        var (text, images) = vault.Close(result.Text, result.Images);
        return result with { Text = text, Images = images, Display = vault.Close(result.Display) };
    }

    private bool Allows(string placeholder, string host) => Allows(hosts, placeholder, host);

    /// <summary>Whether the user lets what a placeholder stands for go to a host.</summary>
    /// <param name="hosts">Hosts by kind of secret, as <c>secrets.allow</c> names them.</param>
    /// <param name="placeholder">What stands for it.</param>
    /// <param name="host">Where it would go.</param>
    internal static bool Allows(IReadOnlyDictionary<string, IReadOnlyList<string>> hosts, string placeholder, string host) =>
        hosts.TryGetValue(Kind(placeholder), out var allowed) && (allowed.Contains(host, StringComparer.OrdinalIgnoreCase) || allowed.Contains(CommandHosts.Anywhere));

    private static string Kind(string placeholder) => placeholder.Split(':') is [_, var kind, _] ? kind : "name";
}
