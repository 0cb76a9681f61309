using System.Text;
using Sallyport.ModelServer;

namespace Sallyport.ModelHost;

/// <summary>Plays a little over every wire before anyone measures, so that the server's own compilation is in nobody's numbers.</summary>
internal static class WarmUp
{
    private const string Tool = """{"type":"object","properties":{}}""";

    private static readonly (string Path, string Body)[] Requests =
    [
        ("/v1/messages", $$$$"""{"model":"m","max_tokens":9,"stream":true,"system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}],"tools":[{"name":"f","input_schema":{{{{Tool}}}}}],"messages":[{"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"text","text":"x"},{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}]}"""),
        ("/v1/responses", $$$$"""{"model":"m","stream":true,"instructions":"x","tools":[{"type":"function","name":"f","parameters":{{{{Tool}}}}}],"input":[{"role":"user","content":[{"type":"input_text","text":"x"}]},{"type":"function_call","call_id":"t","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"t","output":"x"}]}"""),
        ("/v1/chat/completions", $$$$"""{"model":"m","stream":true,"stream_options":{"include_usage":true},"tools":[{"type":"function","function":{"name":"f","parameters":{{{{Tool}}}}}}],"messages":[{"role":"system","content":"x"},{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t","content":"x"}]}"""),
        ("/v1beta/models/m:streamGenerateContent?alt=sse", $$$$"""{"systemInstruction":{"parts":[{"text":"x"}]},"tools":[{"functionDeclarations":[{"name":"f","parameters":{{{{Tool}}}}}]}],"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]}]}"""),
    ];

    public static async Task Run()
    {
        var step = new Step(ModelScript.Repeat("word ", 2000), new ScriptedCall("f", """{"a":"b"}"""));
        await using var model = await ScriptedModel.Start(new ModelScript(step) { Last = step }, new ModelServerOptions { Open = true });
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        for (var round = 0; round < 3; round++)
            foreach (var (path, body) in Requests)
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(model.Address + path, content, CancellationToken.None);
                await response.Content.CopyToAsync(Stream.Null, CancellationToken.None);
                response.EnsureSuccessStatusCode();
            }
    }
}
