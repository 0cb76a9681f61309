using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sallyport.ModelServer.Wires;

/// <summary>
/// Gemini's generateContent: every chunk is a whole response with parts; calls come whole. Models of the third generation name
/// their calls and want the signature of the first call of each step back.
/// </summary>
internal sealed class GeminiWire : Wire
{
    // The sentence is the same for a minute's limit and for a day's: only this tells them apart.
    private const string DayQuota = "GenerateRequestsPerDayPerProjectPerModel-FreeTier";

    public override WireKind Kind => WireKind.Gemini;

    public override bool Takes(string method, string path) =>
        path.Contains("/v1beta/models", StringComparison.Ordinal) && (HttpMethods.IsGet(method) ? path.EndsWith("/models", StringComparison.Ordinal)
            : path.EndsWith(":generateContent", StringComparison.Ordinal) || path.EndsWith(":streamGenerateContent", StringComparison.Ordinal) || path.EndsWith(":countTokens", StringComparison.Ordinal));

    public override void CheckHead(HttpRequest request, ModelServerOptions options)
    {
        if (options.Open) return;
        var key = request.Headers["x-goog-api-key"].ToString() is { Length: > 0 } own ? own : request.Query["key"].ToString() is { Length: > 0 } asked ? asked : Bearer(request);
        if (string.IsNullOrEmpty(key))
            throw new Refused(403, "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.");
        if (options.Key is { } expected && key != expected) throw Refused.Invalid("API key not valid. Please pass a valid API key.", code: "API_KEY_INVALID");
    }

    public override Asked Read(string path, JsonElement body, HttpRequest request)
    {
        var at = path.LastIndexOf("/v1beta/models/", StringComparison.Ordinal);
        var (model, method) = (path[(at + 15)..path.LastIndexOf(':')], path[(path.LastIndexOf(':') + 1)..]);
        var count = method == "countTokens";
        if (count && body.Find("generateContentRequest") is { } inner) body = inner;
        return GeminiRules.Read(body, model, count) with { Stream = method == "streamGenerateContent", PathPrefix = path[..at] };
    }

    public override (string Before, string Between, string After)? Framing(Asked asked, HttpRequest request) =>
        asked.Stream && request.Query["alt"] != "sse" ? ("[", ",\r\n", "]\n") : null;

    public override async Task Play(Turn turn)
    {
        var (asked, step) = (turn.Asked, turn.Step);
        if (asked.CountOnly)
        {
            await turn.Out.Whole(new JsonObject { ["totalTokens"] = turn.Usage.Input });
            return;
        }
        var seal = step.Thinking.Length > 0 || GeminiRules.Third(asked.Model) ? Seal.Of(step.Thinking) : null;
        var calls = step.Calls.Select((c, i) => Call(turn, c, i, i == 0 ? seal : null)).ToList();
        var thinks = step.Thinking.Length > 0 && asked.Thinks;
        if (!asked.Stream)
        {
            var parts = new List<JsonNode?>();
            if (thinks) parts.Add(new JsonObject { ["text"] = step.Thinking, ["thought"] = true });
            if (step.Text.Length > 0) parts.Add(Text(step.Text, calls.Count == 0 ? seal : null));
            await turn.Out.Whole(Response(turn, Array(parts.Concat(calls)), Finish(step)));
            return;
        }
        if (thinks)
            foreach (var piece in turn.Chunks(step.Thinking))
                await turn.Out.Send(null, Response(turn, new JsonArray(new JsonObject { ["text"] = piece, ["thought"] = true })), piece);
        foreach (var piece in turn.Chunks(step.Text)) await turn.Out.Send(null, Response(turn, new JsonArray(Text(piece, null))), piece);
        foreach (var call in calls) await turn.Out.Send(null, Response(turn, new JsonArray(call)), call["functionCall"]!["args"]!.ToJsonString());
        await turn.Out.Send(null, Response(turn, new JsonArray(Text("", calls.Count == 0 ? seal : null)), Finish(step)), last: true);
    }

    public override JsonObject Error(Refused refused)
    {
        var error = new JsonObject { ["code"] = refused.Status, ["message"] = refused.Message, ["status"] = Status(refused.Status) };
        if (refused.RetryAfter is { } wait)
            error["details"] = new JsonArray(new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = wait.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s" });
        else if (refused.Code is DayQuota)
            error["details"] = new JsonArray(new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.rpc.QuotaFailure",
                ["violations"] = new JsonArray(new JsonObject { ["quotaMetric"] = "generativelanguage.googleapis.com/generate_content_free_tier_requests", ["quotaId"] = DayQuota, ["quotaValue"] = "250" }),
            });
        else if (refused.Code is { } reason)
            error["details"] = new JsonArray(new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = reason, ["domain"] = "googleapis.com" });
        else if (refused.Parameter is { } field)
            error["details"] = new JsonArray(new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.BadRequest", ["fieldViolations"] = new JsonArray(new JsonObject { ["field"] = field, ["description"] = refused.Message }) });
        return new JsonObject { ["error"] = error };
    }

    public override (string? Name, JsonObject Data) StreamError() => (null, Error(new Refused(503, "The model is overloaded. Please try again later.")));

    public override Refused NoCredit() => new(429, "You exceeded your current quota, please check your plan and billing details.", code: DayQuota);

    public override Refused TooLong(long tokens, long window) => Refused.Invalid($"The input token count ({tokens}) exceeds the maximum number of tokens allowed ({window}).");

    public override Refused NoSuchModel(string model) => new(404, $"models/{model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.");

    public override JsonObject Models(IReadOnlyList<string> models) => new()
    {
        ["models"] = Array(models.Select(m => (JsonNode?)new JsonObject
        {
            ["name"] = $"models/{m}", ["displayName"] = m, ["inputTokenLimit"] = 1048576, ["outputTokenLimit"] = 65536, ["supportedGenerationMethods"] = new JsonArray("generateContent", "countTokens"),
        })),
    };

    // The hint when to come again stands in the body here.
    public override void Head(HttpResponse response, string id, TimeSpan? retryAfter) { }

    private static JsonObject Text(string text, string? seal)
    {
        var part = new JsonObject { ["text"] = text };
        if (seal is not null) part["thoughtSignature"] = seal;
        return part;
    }

    private static JsonObject Call(Turn turn, ScriptedCall call, int index, string? seal)
    {
        var one = new JsonObject { ["name"] = call.Name, ["args"] = JsonNode.Parse(call.Arguments) };
        if (GeminiRules.Third(turn.Asked.Model)) one["id"] = turn.CallId("fc", index);
        var part = new JsonObject { ["functionCall"] = one };
        if (seal is not null) part["thoughtSignature"] = seal;
        return part;
    }

    private static JsonObject Response(Turn turn, JsonArray parts, string? finish = null)
    {
        var candidate = new JsonObject { ["content"] = new JsonObject { ["parts"] = parts, ["role"] = "model" } };
        if (finish is not null) candidate["finishReason"] = finish;
        candidate["index"] = 0;
        var (count, thoughts) = (turn.Usage, turn.Usage.Thinking);
        var usage = new JsonObject { ["promptTokenCount"] = count.Input };
        if (finish is not null) usage["candidatesTokenCount"] = count.Output - thoughts;
        usage["totalTokenCount"] = count.Input + (finish is null ? 0 : count.Output);
        if (count.Read > 0) usage["cachedContentTokenCount"] = count.Read;
        usage["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = count.Input });
        if (thoughts > 0) usage["thoughtsTokenCount"] = thoughts;
        return new JsonObject { ["candidates"] = new JsonArray(candidate), ["usageMetadata"] = usage, ["modelVersion"] = turn.Asked.Model, ["responseId"] = turn.Id("") };
    }

    private static string Finish(Step step) => step.Stop switch { StopWith.Length => "MAX_TOKENS", StopWith.Refusal => "SAFETY", _ => "STOP" };

    private static string Status(int status) => status switch
    {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 or 529 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    };
}
