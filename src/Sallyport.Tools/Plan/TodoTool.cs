using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Plan;

/// <summary>The model's list of steps, which the person sees. Every call replaces the whole list.</summary>
internal sealed class TodoTool : Tool
{
    public override string Name => "todo";

    public override string Description => "Keeps the list of steps of a longer task, which the user sees. Each call replaces the whole list. Mark one step active before you work on it, and done as soon as it is. Not for tasks of one or two steps.";

    public override string Schema => """
        {"type":"object","properties":{"items":{"type":"array","description":"All steps, in order.","items":{"type":"object","properties":{"text":{"type":"string","minLength":1,"description":"What is to be done."},"status":{"type":"string","enum":["pending","active","done"]}},"required":["text","status"],"additionalProperties":false}}},"required":["items"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Nothing;

    public override string Title(JsonElement arguments, Workspace workspace)
    {
        var (done, all) = (0, 0);
        foreach (var item in arguments.Items("items"))
        {
            all++;
            if (item.Text("status") == "done") done++;
        }
        return $"{done} of {all} done";
    }

    public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var items = new List<TodoItem>();
        var text = new StringBuilder("The list is now:\n");
        foreach (var item in call.Arguments.Items("items"))
        {
            var (what, status) = (item.Text("text"), item.Text("status"));
            items.Add(new TodoItem(what, status));
            text.Append(status switch { "done" => "[x] ", "active" => "[>] ", _ => "[ ] " }).Append(what).Append('\n');
        }
        call.Context.Todos.Items = items;
        return Task.FromResult(new ToolResult(items.Count == 0 ? "The list is empty." : text.ToString().TrimEnd()) { Display = new TodoDisplay(items) });
    }
}
