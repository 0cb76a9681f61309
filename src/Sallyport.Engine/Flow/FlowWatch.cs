using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Tools;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Flow;

/// <summary>What the tool runner asks of the information flow: whether a call may run now, and what its result has brought in.</summary>
internal sealed class FlowWatch(FlowState state, SecretVault vault, ToolContext context)
{
    public FlowState State => state;

    public FlowRuling Rule(Judge judge, string tool, Touches touches, JsonElement arguments) => new FlowJudge(judge, context.Workspace).Rule(tool, touches, arguments, state.Labels);

    /// <summary>Runs a call that may run: it reaches others if nothing of others was read before, or if it was let.</summary>
    public async Task<ToolResult> Run(FlowRuling judged, Touches touches, Func<Task<ToolResult>> run)
    {
        var wasLet = judged.Talks && state.Labels.IsUntrusted;
        if (touches.Command is null || (state.Labels.IsUntrusted && !wasLet)) return await run().ConfigureAwait(false);
        var way = state.LetOut();
        var isKept = false;
        try
        {
            var result = await run().ConfigureAwait(false);
            // What was let go on behind goes on reaching out.
            isKept = wasLet && result.Display is CommandDisplay { Job: not null };
            return result;
        }
        finally
        {
            if (!isKept) way.Dispose();
        }
    }

    /// <summary>Labels what a call brought in, before the model sees it.</summary>
    public void Brought(Judge judge, Touches touches, ToolResult result)
    {
        var labels = FlowSources.Of(touches, result, context.Workspace, context.OutputFolder, judge.IsConfined);
        if (labels.IsUntrusted)
        {
            state.Add(labels with { Untrusted = [.. labels.Untrusted.Select(source => source with { Name = Closed(source.Name) })] });
            if (result.From is { Kind: "web" } page && !result.Failed) state.Addresses.Read(page.Name, result.Text);
        }
        state.Look(vault);
    }

    // The call was judged with its secrets back in place; names of what it read may hold one.
    private string Closed(string name)
    {
        try
        {
            return vault.Close(name);
        }
        catch (GuardException)
        {
            return "something that the gate could not look at";
        }
    }
}
