using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sallyport.ModelServer.Wires;

/// <summary>What OpenAI's two wires share: the credential, the shape of an error, the list of models.</summary>
internal abstract class OpenAiWire : Wire
{
    public override void CheckHead(HttpRequest request, ModelServerOptions options)
    {
        if (options.Open) return;
        var key = Bearer(request);
        if (string.IsNullOrEmpty(key))
            throw new Refused(401, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");
        if (options.Key is { } expected && key != expected)
            throw new Refused(401, "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.", code: "invalid_api_key");
    }

    public override JsonObject Error(Refused refused) => new()
    {
        ["error"] = new JsonObject
        {
            ["message"] = refused.Message,
            ["type"] = refused.Code == "insufficient_quota" ? "insufficient_quota" : refused.Status switch { 429 => "requests", >= 500 => "server_error", _ => "invalid_request_error" },
            ["param"] = refused.Parameter,
            ["code"] = refused.Code ?? refused.Status switch { 429 => "rate_limit_exceeded", _ => null },
        },
    };

    public override Refused NoCredit() =>
        new(429, "You exceeded your current quota, please check your plan and billing details.", code: "insufficient_quota");

    public override Refused NoSuchModel(string model) =>
        new(404, $"The model `{model}` does not exist or you do not have access to it.", code: "model_not_found");

    public override JsonObject Models(IReadOnlyList<string> models) => new()
    {
        ["object"] = "list",
        ["data"] = Array(models.Select(m => (JsonNode?)new JsonObject { ["id"] = m, ["object"] = "model", ["created"] = 1767225600, ["owned_by"] = "script" })),
    };

    public override void Head(HttpResponse response, string id, TimeSpan? retryAfter)
    {
        base.Head(response, id, retryAfter);
        response.Headers["x-request-id"] = $"req_{id}";
    }
}
