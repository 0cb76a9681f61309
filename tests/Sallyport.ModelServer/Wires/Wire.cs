using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sallyport.ModelServer.Wires;

/// <summary>One API, as its public documentation describes it.</summary>
internal abstract class Wire
{
    public abstract WireKind Kind { get; }

    /// <summary>Whether a request for this path is this wire's.</summary>
    public abstract bool Takes(string method, string path);

    /// <summary>Checks the credential and what else must stand in the head.</summary>
    public abstract void CheckHead(HttpRequest request, ModelServerOptions options);

    /// <summary>Reads the request as strictly as the provider does.</summary>
    public abstract Asked Read(string path, JsonElement body, HttpRequest request);

    public abstract Task Play(Turn turn);

    public abstract JsonObject Error(Refused refused);

    /// <summary>The failure that comes in the middle of a stream.</summary>
    public abstract (string? Name, JsonObject Data) StreamError();

    /// <summary>How this provider says that the account has nothing left.</summary>
    public abstract Refused NoCredit();

    /// <summary>How this provider says that the prompt does not fit.</summary>
    public abstract Refused TooLong(long tokens, long window);

    public abstract JsonObject Models(IReadOnlyList<string> models);

    public abstract Refused NoSuchModel(string model);

    /// <summary>How streamed answers are framed when not as SSE.</summary>
    public virtual (string Before, string Between, string After)? Framing(Asked asked, HttpRequest request) => null;

    /// <summary>Headers of every answer, beside the hint when to come again.</summary>
    public virtual void Head(HttpResponse response, string id, TimeSpan? retryAfter)
    {
        if (retryAfter is { } wait) response.Headers.RetryAfter = wait.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
    }

    protected static string? Bearer(HttpRequest request)
    {
        var value = request.Headers.Authorization.ToString();
        return value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;
    }

    protected static JsonArray Array(IEnumerable<JsonNode?> nodes)
    {
        var array = new JsonArray();
        foreach (var node in nodes) array.Add(node);
        return array;
    }
}

/// <summary>One attempt at a step, ready to be played.</summary>
internal sealed record Turn(Asked Asked, Step Step, TokenCount Usage, Outlet Out, long Serial, long Time)
{
    public string Id(string prefix) => $"{prefix}{Serial:x16}";

    public string CallId(string prefix, int call) => CallIds.Make(prefix, Asked.Step, call, Step.Thinking.Length > 0, Serial);

    public IEnumerable<string> Chunks(string text) => Outlet.Chunks(text, Out.ChunkChars);
}
