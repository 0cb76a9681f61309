using System.Text.Json;

namespace Sallyport.Links.Mcp;

/// <summary>
/// A server that is connected and has said what it speaks: it lists its tools and runs one. Which era of the protocol a server is of
/// is found out once, by asking as the newer one does, and remembered by whoever keeps its pins.
/// </summary>
internal sealed class McpLink : IAsyncDisposable
{
    private const int MostPages = 50;
    private const int MostTools = 512;
    private const int MostRounds = 5;

    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(8);

    private readonly McpPeer peer;

    private McpLink(McpPeer peer, string version) => (this.peer, Version) = (peer, version);

    public string Version { get; }

    public bool IsOver => peer.IsOver;

    /// <summary>Connects. Throws <see cref="McpException"/>.</summary>
    /// <param name="open">Makes a peer; it may be asked for another when the first one dies of the question.</param>
    /// <param name="known">The version that the server spoke the last time; null when nobody knows.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Gives it up.</param>
    public static async Task<McpLink> Connect(Func<McpPeer> open, string? known, TimeSpan limit, CancellationToken cancellation)
    {
        var peer = open();
        try
        {
            peer.Listen();
            if (known is null || known == Protocol.Modern)
            {
                var answer = await Probe(peer, known is null && ProbeTime < limit ? ProbeTime : limit, cancellation).ConfigureAwait(false);
                if (answer) return new McpLink(peer, Protocol.Modern);
                if (peer.IsOver)
                {
                    await peer.DisposeAsync().ConfigureAwait(false);
                    peer = open();
                    peer.Listen();
                }
            }
            return new McpLink(peer, await Shake(peer, limit, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await peer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>All its tools. Throws <see cref="McpException"/>.</summary>
    public async Task<IReadOnlyList<JsonElement>> List(TimeSpan limit, CancellationToken cancellation)
    {
        var tools = new List<JsonElement>();
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            JsonElement answer;
            try
            {
                answer = await peer.Ask("tools/list", (json, _) =>
                {
                    if (cursor is not null) json.WriteString("cursor", cursor);
                    Protocol.Meta(json, Version, peer.Roots is not null, null);
                }, limit, cancellation).ConfigureAwait(false);
            }
            catch (McpException e) when (e is { Kind: McpFailure.Refused, Code: Protocol.MethodNotFound } && page == 0)
            {
                return [];
            }
            if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("tools", out var list) || list.ValueKind != JsonValueKind.Array) throw new McpException(McpFailure.Malformed, "its list of tools is none");
            tools.AddRange(list.EnumerateArray());
            if (tools.Count > MostTools) throw new McpException(McpFailure.Malformed, $"it has more than {MostTools} tools");
            if (!answer.TryGetProperty("nextCursor", out var next) || next.ValueKind != JsonValueKind.String) return tools;
            cursor = next.GetString();
        }
        throw new McpException(McpFailure.Malformed, $"its list of tools has more than {MostPages} pages");
    }

    /// <summary>Calls a tool: the result as the server gives it. Throws <see cref="McpException"/>.</summary>
    public async Task<JsonElement> Call(string tool, JsonElement arguments, IReadOnlyList<KeyValuePair<string, string>> headers, TimeSpan limit, Action<string> progress, CancellationToken cancellation)
    {
        JsonElement wanted = default;
        for (var round = 0; ; round++)
        {
            var answer = await peer.Ask("tools/call", (json, id) =>
            {
                json.WriteString("name", tool);
                json.WritePropertyName("arguments");
                arguments.WriteTo(json);
                if (round > 0) ServerInput.Respond(json, wanted, peer.Roots);
                Protocol.Meta(json, Version, peer.Roots is not null, id);
            }, limit, cancellation, tool, headers, progress).ConfigureAwait(false);
            if (answer.ValueKind != JsonValueKind.Object) throw new McpException(McpFailure.Malformed, "its result is none");
            if (Version != Protocol.Modern || !answer.TryGetProperty("resultType", out var type) || type.ValueKind != JsonValueKind.String || type.ValueEquals("complete")) return answer;
            if (!type.ValueEquals("input_required")) throw new McpException(McpFailure.Malformed, $"its result is of a kind that is not known ({McpText.Line(type.GetString()!, 60)})");
            if (round == MostRounds) throw new McpException(McpFailure.Refused, $"it wants more before it goes on, for the {MostRounds + 1}th time");
            wanted = answer;
        }
    }

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    // Whether it is of the newer era. Whatever else it answers, or nothing, it is asked in the older way.
    private static async Task<bool> Probe(McpPeer peer, TimeSpan limit, CancellationToken cancellation)
    {
        peer.Transport.Version = Protocol.Modern;
        try
        {
            var answer = await peer.Ask("server/discover", (json, _) => Protocol.Meta(json, Protocol.Modern, peer.Roots is not null, null), limit, cancellation).ConfigureAwait(false);
            if (Speaks(answer)) return true;
        }
        catch (McpException e) when (e.Kind is McpFailure.Unreachable)
        {
            throw;
        }
        catch (McpException e) when (Protocol.IsModernError(e))
        {
            if (e.Supported.Contains(Protocol.Modern)) return true;
            if (!e.Supported.Any(Protocol.IsHandshaken)) throw new McpException(McpFailure.Refused, $"it speaks none of the versions that are spoken here ({McpText.Line(string.Join(", ", e.Supported))})", e);
        }
        catch (McpException)
        {
            // Servers of before know nothing of this question.
        }
        peer.Transport.Version = null;
        return false;
    }

    private static bool Speaks(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("supportedVersions", out var versions) || versions.ValueKind != JsonValueKind.Array) return false;
        foreach (var version in versions.EnumerateArray()) if (version.ValueKind == JsonValueKind.String && version.ValueEquals(Protocol.Modern)) return true;
        return false;
    }

    private static async Task<string> Shake(McpPeer peer, TimeSpan limit, CancellationToken cancellation)
    {
        var answer = await peer.Ask("initialize", (json, _) => Protocol.Initialize(json, peer.Roots is not null), limit, cancellation).ConfigureAwait(false);
        var version = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("protocolVersion", out var spoken) && spoken.ValueKind == JsonValueKind.String ? spoken.GetString()! : "";
        if (!Protocol.IsHandshaken(version)) throw new McpException(McpFailure.Malformed, $"it speaks a version of the protocol that is not spoken here ({McpText.Line(version, 40)})");
        peer.Transport.Version = version;
        await peer.Tell("notifications/initialized", cancellation).ConfigureAwait(false);
        return version;
    }
}
