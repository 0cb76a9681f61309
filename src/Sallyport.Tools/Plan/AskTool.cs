using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Events;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Plan;

/// <summary>Asks the person. When nobody is there, the model is told to decide and to say what it assumed.</summary>
internal sealed class AskTool : Tool
{
    public override string Name => "ask";

    public override string Description => "Asks the user one question and waits for the answer, which may be one of the options or free text. Only for what you cannot find out yourself and what changes the work; not for permission, which is asked for you.";

    public override string Schema => """
        {"type":"object","properties":{"question":{"type":"string","minLength":1,"description":"Short, with what one must know to answer."},"options":{"type":"array","items":{"type":"string","minLength":1},"description":"Answers to choose from, the one you would take first."}},"required":["question"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Nothing;

    public override string Title(JsonElement arguments, Workspace workspace) => arguments.Text("question").ReplaceLineEndings(" ");

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var options = new List<string>();
        foreach (var option in call.Arguments.Items("options")) options.Add(option.GetString()!);
        if (call.Context.Ask is not { } ask)
            return ToolResult.Fail("Nobody is there to answer. Decide yourself: take what is safest and easiest to undo, go on, and say at the end what you assumed.");
        var answer = await ask(new QuestionAsked($"ask-{call.Id}", "ask", call.Arguments.Text("question"), options, call.Id), cancellation).ConfigureAwait(false);
        return string.IsNullOrWhiteSpace(answer)
            ? new ToolResult("The user gave no answer. Decide yourself, and say what you assumed.")
            : new ToolResult($"The user answered: {answer}");
    }
}
