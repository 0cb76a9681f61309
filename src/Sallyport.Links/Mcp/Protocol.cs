using System.Text.Json;

namespace Sallyport.Links.Mcp;

/// <summary>What the two eras of the protocol are called, and what stands in every message of the newer one.</summary>
internal static class Protocol
{
    /// <summary>Without sessions: every request says what it speaks.</summary>
    public const string Modern = "2026-07-28";

    /// <summary>The last version that begins with a handshake.</summary>
    public const string Legacy = "2025-11-25";

    public const int MethodNotFound = -32601;

    /// <summary>The headers say something else than the message.</summary>
    public const int HeaderMismatch = -32020;

    public const int UnsupportedVersion = -32022;

    /// <summary>The client does not offer what the server needs of it.</summary>
    public const int MissingCapability = -32021;

    private static readonly string[] Handshaken = [Legacy, "2025-06-18", "2025-03-26", "2024-11-05"];

    public static string OwnVersion { get; } = typeof(Protocol).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static bool IsHandshaken(string version) => Array.IndexOf(Handshaken, version) >= 0;

    /// <summary>Whether only a server of the newer era would answer so.</summary>
    public static bool IsModernError(McpException problem) => problem is { Kind: McpFailure.Refused, Code: HeaderMismatch or UnsupportedVersion or MissingCapability };

    /// <summary>What goes along with a request.</summary>
    /// <param name="json">Within its parameters.</param>
    /// <param name="version">That is spoken.</param>
    /// <param name="roots">Whether the server may ask for the folders of the workspace.</param>
    /// <param name="progress">The id by which it tells how far it is; null when nobody wants to know.</param>
    public static void Meta(Utf8JsonWriter json, string? version, bool roots, long? progress)
    {
        if (version != Modern && progress is null) return;
        json.WriteStartObject("_meta");
        if (progress is { } token) json.WriteNumber("progressToken", token);
        if (version == Modern)
        {
            json.WriteString("io.modelcontextprotocol/protocolVersion", Modern);
            json.WriteStartObject("io.modelcontextprotocol/clientInfo");
            Self(json);
            json.WriteEndObject();
            json.WriteStartObject("io.modelcontextprotocol/clientCapabilities");
            Capabilities(json, roots);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>The parameters of the older handshake.</summary>
    public static void Initialize(Utf8JsonWriter json, bool roots)
    {
        json.WriteString("protocolVersion", Legacy);
        json.WriteStartObject("capabilities");
        Capabilities(json, roots);
        json.WriteEndObject();
        json.WriteStartObject("clientInfo");
        Self(json);
        json.WriteEndObject();
    }

    private static void Capabilities(Utf8JsonWriter json, bool roots)
    {
        if (!roots) return;
        json.WriteStartObject("roots");
        json.WriteEndObject();
    }

    private static void Self(Utf8JsonWriter json)
    {
        json.WriteString("name", "sallyport");
        json.WriteString("version", OwnVersion);
    }
}
